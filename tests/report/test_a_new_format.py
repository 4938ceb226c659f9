"""A report format is added in one place. This one gives the ids of what failed, one a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import NODES, TOP
from tests.laws.nodes import failing
from unshim.report.formats import FORMATS, format_named

NODE = "half-migrated"

IDS = """
from unshim.tell.lines import line

def as_ids(contents):
    for result in contents.look.results:
        if result.findings:
            yield line(result.check.id)
"""

MAIN = """
import sys
from unshim.report.formats import FORMATS
from unshim.__main__ import run

sys.path.insert(0, sys.argv.pop(1))
FORMATS["ids"] = "ids:as_ids"
sys.exit(run())
"""


def _unshim(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line with the one row more, and the module that it names in a folder."""
    (folder / "ids.py").write_text(IDS)
    command = [sys.executable, "-c", MAIN, str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=TOP, check=False)


def test_one_row_makes_a_format(tmp_path: Path) -> None:
    done = _unshim(tmp_path, "--report", "ids", "--root", str(NODES / NODE))
    assert done.stdout.split() == failing(NODE), done.stderr
    assert done.returncode == 1


def test_it_goes_into_a_file_as_well(tmp_path: Path) -> None:
    for words in (["--report", "ids", "-o", "report"], ["-o", "report.ids"]):
        file = tmp_path / words.pop()
        _unshim(tmp_path, *words, str(file), "--root", str(NODES / NODE))
        assert file.read_text().split() == failing(NODE)


def test_the_command_line_offers_it(tmp_path: Path) -> None:
    assert "text, json, ids" in _unshim(tmp_path, "--help").stdout
    assert "json, ids" in _unshim(tmp_path, "--report", "pdf").stderr


@pytest.mark.parametrize("name", FORMATS)
def test_every_row_names_a_function(name: str) -> None:
    assert callable(format_named(name))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_complete_every_format(shell: str) -> None:
    completion = (TOP / "unshim" / "completions" / f"unshim.{shell}").read_text()
    assert f"{' '.join(FORMATS)}" in completion
