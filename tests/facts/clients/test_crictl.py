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
        ("timeout: [1]", "not a single value"),
        ("\ttimeout: 1", "tab"),
        ("<<: {timeout: 1}", "no such option"),
        ("? [a]\n: 1", "no text: crictl knows no such option"),
        ("timeout: *a", "an anchor that is not there"),
        ("debug: 1 # \x07", ""),
        (f"timeout: {2**63}", "not a whole number"),
        (f"timeout: {'9' * 5000}", "not a whole number"),
    ],
)
def test_a_bad_line_and_where_it_is(tmp_path: Path, line: str, words: str) -> None:
    (problem,) = known(_crictl(tmp_path, f"#\n{line}\n").problems)
    assert words in problem.text
    assert problem.source.line == 2 or words == ""


@pytest.mark.parametrize(
    "line",
    [
        *("timeout: -3", "timeout: '+3'", "debug: T", "debug: 0", "", "# x"),
        *("runtime-endpoint: [a]", "- timeout\n- 5", "- timeout", "word", "{debug: true}"),
        *("timeout: 1\ntimeout: 2", "image-endpoint: &a /a\nruntime-endpoint: *a"),
        *("debug: 1\r\ntimeout: 2\r", "\ufeffdebug: 1", "debug: 1\n---\n- x", "%YAML 1.1\n---\n"),
    ],
)
def test_what_crictl_takes(tmp_path: Path, line: str) -> None:
    assert _crictl(tmp_path, line + "\n").problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("runtime-endpoint: /a\nruntime-endpoint: /b\n", "/b"),
        ("runtime-endpoint: /a\nruntime-endpoint: [/b]\n", ""),
        ("image-endpoint: &x /a\nruntime-endpoint: *x\n", "x"),
        ("runtime-endpoint: ~\n", "~"),
        ("- runtime-endpoint\n- /a\n", "/a"),
        ("runtime-endpoint: /a\n---\nruntime-endpoint: /b\n", "/a"),
    ],
)
def test_which_value_counts(tmp_path: Path, text: str, value: str) -> None:
    assert known(_crictl(tmp_path, text).values)["runtime-endpoint"].value == value


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"debug: 1\n# sch\xf6n\n", 2, "no UTF-8"),
        (b"%YAML 1.2\n---\ndebug: 1\n", 1, "another YAML than 1.1"),
        (b"timeout: x\ntimeout: 5\n", 1, "not a whole number"),
    ],
)
def test_what_voids_a_file_though_it_looks_harmless(
    tmp_path: Path, data: bytes, line: int, words: str
) -> None:
    (problem,) = known(_crictl(tmp_path, data).problems)
    assert words in problem.text
    assert problem.source.line == line


def test_a_file_of_two_bytes_a_letter_is_read(tmp_path: Path) -> None:
    found = _crictl(tmp_path, "timeout: 7\n".encode("utf-16"))
    assert known(found.values)["timeout"].value == "7"


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
