"""Checks and fixes that cannot be used: one line and the code for it, from every verb."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bad_input import TOP
from tests.judge.packages import CHECK, FIX

NODE = str(TOP / "tests" / "nodes" / "containerd-healthy")
RUN = """
import sys
sys.path[:0] = [{folder!r}, {top!r}]
from unshim.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """unshim with the checks and fixes of this folder in the place of its own."""
    code = RUN.format(folder=str(folder), top=str(TOP))
    argv = [sys.executable, "-I", "-c", code, *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with one check and its fix, in folders of their own."""
    for kind, text in (
        ("checks", CHECK.format(name="disk_full")),
        ("fixes", FIX.format(name="empty_it", cures="disk_full", module="checks.disks.full")),
    ):
        (tmp_path / kind / "disks").mkdir(parents=True)
        (tmp_path / kind / "__init__.py").touch()
        (tmp_path / kind / "disks" / "full.py").write_text(text)
    return tmp_path


VERBS = (
    ("--report", "text", "--root", NODE),
    ("--report", "json", "--root", NODE),
    ("list",),
    ("explain", "disk-full"),
    ("plan", "--root", NODE),
)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_checks_in_folders_are_used(installed: Path, verb: tuple[str, ...]) -> None:
    done = run(installed, *verb)
    assert done.returncode in (0, 6) and done.stderr == ""
    assert "disk-full" in done.stdout or verb[0] == "plan"


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("checks/disks/slow.py", "import nowhere_at_all", "checks.disks.slow cannot be imported"),
        ("checks/disks/slow.py", CHECK.format(name="disk_full"), "share the id disk-full"),
        (
            "fixes/disks/slow.py",
            FIX.format(name="speed_up", cures="run", module="subprocess"),
            "cures subprocess.run, which is not a check",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line_and_code_2(
    installed: Path, verb: tuple[str, ...], file: str, text: str, words: str
) -> None:
    (installed / file).write_text(text)
    done = run(installed, *verb)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert words in line and "Traceback" not in line


@pytest.mark.parametrize("option", ["--only", "--skip"])
def test_an_id_that_is_not_a_check_names_the_nearest(installed: Path, option: str) -> None:
    done = run(installed, "--report", "text", "--root", NODE, option, "disk-ful")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "there is no check 'disk-ful'; did you mean disk-full?" in line
