"""Where what is said goes: into files by their names, to readers that leave, to nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import NODES, TOP
from tests.cli.test_bad_input import unshim

NODE = str(NODES / "half-migrated")
LINES = [
    "--help",
    "--version",
    "-V",
    "help facts",
    "help --man",
    "list",
    "list --json",
    "explain crictl-missing",
    "journal",
    "completion bash",
    "record --sh",
    f"facts --root {NODE}",
    f"--report text --root {NODE}",
    f"--report json --root {NODE}",
    f"plan --root {NODE}",
]


def _in_shell(line: str, into: str) -> tuple[int, str]:
    """The exit code and standard error of a line of bash."""
    command = f"set -o pipefail; {sys.executable} -I -m unshim {line} {into}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=TOP, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("line", LINES)
def test_a_reader_that_is_gone_ends_every_verb_quietly_with_one_code(line: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-I", "-m", "unshim", *line.split()]
    done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, cwd=TOP, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("line", LINES)
def test_a_full_disk_is_one_line(line: str) -> None:
    code, said = _in_shell(line, ">/dev/full")
    assert code == 2
    assert said == "unshim: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("line", LINES)
def test_a_closed_output_is_one_line(line: str) -> None:
    assert _in_shell(line, ">&-") == (2, "unshim: standard output is closed\n")


@pytest.mark.parametrize("into", ["2>&-", "2>/dev/full", "<&-"])
def test_other_streams_may_be_closed_or_full(into: str) -> None:
    assert _in_shell("list", into) == (0, "")
    assert _in_shell("nonsense", f"{into} >/dev/null")[0] == 2


def test_nothing_that_is_opened_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """A report written to a file while standard output is closed holds the report alone."""
    file = tmp_path / "report.json"
    code, said = _in_shell(f"--root {NODE} -o {file}", ">&- 2>&-")
    assert (code, said) == (1, "")
    assert json.loads(file.read_text())["schema_version"] == "1.2"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--root", NODE, "-o", "x.json"], "json"),
        (["--root", NODE, "-o", "x.txt"], "text"),
        (["--root", NODE, "-o", "x.txt", "--report", "json"], "json"),
        (["facts", "--root", NODE, "-o", "x.json"], "json"),
        (["facts", "--root", NODE, "-o", "x"], "text"),
        (["list", "-o", "x.json"], "json"),
        (["list", "--json", "-o", "x"], "json"),
        (["journal", "-o", "x.json"], "json"),
    ],
)
def test_a_file_is_in_the_format_of_its_name(tmp_path: Path, words: list[str], kind: str) -> None:
    file = tmp_path / next(word for word in words if word in ("x", "x.json", "x.txt"))
    done = unshim(*(str(file) if word == file.name else word for word in words))
    assert done.returncode in (0, 1) and (done.stdout, done.stderr) == ("", "")
    text = file.read_text()
    assert text.startswith("{") is (kind == "json")
    if kind == "json":
        json.loads(text)


def test_a_name_that_ends_in_no_format_is_said(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    done = unshim("--root", NODE, "-o", str(file))
    assert done.stderr == (
        f"unshim: {file} ends in no format: written as text (give --report for another)\n"
    )
    assert file.read_text().startswith("unshim   ")


def test_what_is_not_a_file_is_not_written() -> None:
    done = unshim("--root", NODE, "-o", "/dev/full")
    assert done.returncode == 2
    assert "/dev/full is not a regular file; not written" in done.stderr
    assert Path("/dev/full").is_char_device()


def test_the_journal_as_json_is_a_document() -> None:
    told = json.loads(unshim("journal", "--json").stdout)
    assert (told["schema_version"], told["tool"]["name"]) == ("1.0", "unshim")
    assert isinstance(told["runs"], list)


@pytest.mark.parametrize(
    "words",
    [
        ["--demo", "facts", "machine"],
        ["facts", "--demo", "machine"],
        ["facts", "machine", "--demo"],
    ],
)
def test_the_demo_is_a_flag_that_stands_anywhere(words: list[str]) -> None:
    done = unshim(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Demo: a recorded node") and "\nmachine\n" in done.stdout


def test_lists_of_checks_add_up_and_an_empty_choice_is_refused() -> None:
    two = unshim("--report=json", "--root", NODE, "--only", "crictl-missing", "--only=cri-api-skew")
    ids = {row["id"] for row in json.loads(two.stdout)["results"]}
    assert ids == {"crictl-missing", "cri-api-skew"}
    for words in (["--only", ""], ["--only", "cri-api-skew", "--skip", "cri-api-skew"]):
        none = unshim("--report", "text", "--root", NODE, *words)
        assert (none.returncode, none.stdout) == (2, "")
        assert none.stderr.count("\n") == 1
