"""Checks and fixes are found wherever they lie, and one that cannot be used is one clear line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.judge.packages import CHECK, FIX, package
from unshim.judge.declare import DeclarationError
from unshim.judge.discover import Catalogue, catalogue


def found(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    checks: Mapping[str, str],
    fixes: Mapping[str, str] | None = None,
) -> Catalogue:
    """The catalogue of two packages; `{checks}` in a fix's text is the name of the first."""
    first = package(folder, monkeypatch, "checks", checks)
    texts = {path: text.replace("{checks}", first) for path, text in (fixes or {}).items()}
    return catalogue(first, package(folder, monkeypatch, "fixes", texts))


def _check(name: str) -> str:
    return CHECK.format(name=name)


def _fix(name: str, cures: str, module: str = "{checks}.disks.full") -> str:
    return FIX.format(name=name, cures=cures, module=module)


def test_folders_are_walked_and_the_first_is_the_subject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = found(
        tmp_path,
        monkeypatch,
        {
            "beside.py": _check("beside_folders"),
            "disks/full.py": _check("disk_full"),
            "cri_client/deep/down.py": _check("deep_down"),
            "disks/__pycache__/old.py": "raise RuntimeError",
            ".hidden/x.py": "raise RuntimeError",
            "disks/notes.txt": "not a module",
        },
        {"disks/full.py": _fix("empty_it", "disk_full")},
    )
    assert [(c.subject, c.id) for c in seen.checks] == [
        ("beside", "beside-folders"),
        ("cri-client", "deep-down"),
        ("disks", "disk-full"),
    ]
    assert [(f.check_id, f.id) for f in seen.fixes] == [("disk-full", "empty-it")]


def test_what_a_module_imports_is_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = found(
        tmp_path,
        monkeypatch,
        {
            "disks/full.py": _check("disk_full"),
            "disks/other.py": "from {package}.disks.full import disk_full\n",
        },
    )
    assert [c.id for c in seen.checks] == ["disk-full"]


@pytest.mark.parametrize(
    ("checks", "fixes", "words"),
    [
        (
            {"disks/full.py": _check("disk_full"), "logs/full.py": _check("disk_full")},
            {},
            r"^two checks share the id disk-full, in \w+\.disks\.full and \w+\.logs\.full$",
        ),
        (
            {"disks/full.py": "import nowhere_at_all\n"},
            {},
            r"^\w+\.disks\.full cannot be imported: ModuleNotFoundError: .*'nowhere_at_all'$",
        ),
        (
            {"disks/full.py": "def broken(:\n"},
            {},
            r"^\w+\.disks\.full cannot be imported: SyntaxError: .*$",
        ),
        (
            {"disks/full.py": _check("x").replace('"""Something is not as it should be."""', "")},
            {},
            r"^\w+\.disks\.full\.x has no docstring$",
        ),
        (
            {"disks/full.py": _check("x").replace('proof=Seen("one disk")', "proof=()")},
            {},
            r"^\w+\.disks\.full\.x says no proof$",
        ),
        (
            {"disks/full.py": _check("x").replace(", proof", ', hop=At("disk", "full"), proof')},
            {},
            r"^\w+\.disks\.full\.x names the hop disk, not one of kubelet, dockershim, CRI, ",
        ),
        (
            {"disks/full.py": _check("x").replace(", proof", ", follows=(known,), proof")},
            {},
            r"^\w+\.disks\.full\.x follows unshim\.model\.values\.known, which is not a check$",
        ),
        (
            {"disks/full.py": "def disk_full(node): ...\n"},
            {"disks/full.py": _fix("empty_it", "disk_full")},
            r"^\w+\.disks\.full\.empty_it cures \w+\.disks\.full\.disk_full, which is not a check$",
        ),
        (
            {"disks/full.py": _check("disk_full")},
            {"disks/full.py": _fix("mend", "crictl_missing", "checks.cri_client.crictl")},
            r"^fix mend cures crictl-missing, which is not among the checks of checks_\d+/$",
        ),
        (
            {"disks/full.py": _check("disk_full")},
            {
                "disks/one.py": _fix("empty_it", "disk_full"),
                "disks/two.py": _fix("grow_it", "disk_full"),
            },
            r"^fixes empty-it and grow-it both cure disk-full$",
        ),
        (
            {"disks/full.py": _check("disk_full") + _check("disk_slow")},
            {
                "disks/one.py": _fix("mend", "disk_full"),
                "disks/two.py": _fix("mend", "disk_slow"),
            },
            r"^two fixes share the id mend, in \w+\.disks\.one and \w+\.disks\.two$",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    checks: Mapping[str, str],
    fixes: Mapping[str, str],
    words: str,
) -> None:
    with pytest.raises(DeclarationError, match=words) as raised:
        found(tmp_path, monkeypatch, checks, fixes)
    assert "\n" not in str(raised.value)


def test_a_package_that_is_not_there_is_one_line() -> None:
    with pytest.raises(DeclarationError, match=r"^no_such_checks cannot be imported: "):
        catalogue("no_such_checks")
