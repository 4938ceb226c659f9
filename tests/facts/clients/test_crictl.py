from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import installed, tree
from unshim.facts.clients import crictl
from unshim.model.parts.clients import Crictl
from unshim.model.values import Missing, Why, known

CONFIG = "/etc/crictl.yaml"
GOOD = """\
runtime-endpoint: unix:///run/containerd/containerd.sock
image-endpoint: "unix:///run/containerd/containerd.sock"
timeout: 10
debug: false
"""


def _crictl(tmp_path: Path, text: str | bytes | None, **packages: str) -> Crictl:
    files: dict[str, str | bytes] = dict(installed(**packages)) if packages else {}
    if text is not None:
        files[CONFIG] = text
    return crictl.read(tree(tmp_path, files))


def test_values_and_their_lines(tmp_path: Path) -> None:
    found = _crictl(tmp_path, GOOD)
    assert {k: (v.value, str(v.source)) for k, v in known(found.values).items()} == {
        "runtime-endpoint": ("unix:///run/containerd/containerd.sock", f"{CONFIG}:1"),
        "image-endpoint": ("unix:///run/containerd/containerd.sock", f"{CONFIG}:2"),
        "timeout": ("10", f"{CONFIG}:3"),
        "debug": ("false", f"{CONFIG}:4"),
    }
    assert found.problems == ()
    reason = "this tree has no /usr/bin"
    assert found.binary == Missing(reason, Why.NOT_PRESENT)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("timeout: 2s", "not a whole number"),
        ("timeout: 1.5", "not a whole number"),
        ("timeout: ''", "not a whole number"),
        ("debug: yes", "neither true nor false"),
        ("debug: FaLse", "neither true nor false"),
        ("runtime_endpoint: x", "no such option"),
        ("max-retries: x", "not a whole number"),
        ("runtime-endpoint: [a]", "not a single value"),
        ("\ttimeout: 1", "tab"),
        ("timeout 1", ""),
        ("timeout: 9", "same key twice"),
    ],
)
def test_a_bad_line_and_where_it_is(tmp_path: Path, line: str, words: str) -> None:
    (problem,) = known(
        _crictl(tmp_path, f"timeout: 5\n{line}\n" if "9" in line else f"#\n{line}\n").problems
    )
    assert words in problem.text
    assert problem.source.line == 2 or words == ""


@pytest.mark.parametrize(
    "line", ["timeout: -3", "timeout: '+3'", "debug: T", "debug: 0", "", "# x"]
)
def test_what_crictl_takes(tmp_path: Path, line: str) -> None:
    assert _crictl(tmp_path, line + "\n").problems == ()


def test_retries_came_after_1_36(tmp_path: Path) -> None:
    text = "max-retries: 3\n"
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/crictl").write_text("")
    old = _crictl(tmp_path, text, cri_tools="1.26.0-00")
    assert str(known(old.version).value) == "1.26.0"
    assert len(known(old.problems)) == 1
    assert _crictl(tmp_path, text, cri_tools="1.37.0-1.1").problems == ()


def test_the_file_beside_the_binary(tmp_path: Path) -> None:
    files = {"/usr/local/bin/crictl": "", "/usr/local/bin/crictl.yaml": "timeout: 7\n"}
    found = crictl.read(tree(tmp_path, files))
    assert known(found.values)["timeout"].value == "7"
    assert known(found.config_file) is not None
    found = crictl.read(tree(tmp_path, {**files, CONFIG: "timeout: 8\n"}))
    assert known(found.values)["timeout"].value == "8"


def test_no_file_and_one_that_cannot_be_read(tmp_path: Path) -> None:
    found = _crictl(tmp_path, None)
    assert (found.config_file, found.values, found.problems) == (None, {}, ())
    (tmp_path / "etc/crictl.yaml").mkdir(parents=True)
    found = crictl.read(tree(tmp_path, {}))
    assert isinstance(found.config_file, Missing)
    assert isinstance(found.problems, Missing)
