"""A new fact, as CONTRIBUTING.md has it: a row, its reader, its field of Node, and nothing else.

Carried out on a copy of the source.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import TOP

ROW = """\
    Subject(
        "greeting",
        "the greeting",
        "machine.greeting:read",
        "what /etc/motd says",
        places="machine.greeting:PLACES",
    ),
"""
FIELD = "    greeting: Setting[str] | None | Missing\n"
READER = """\
from __future__ import annotations

from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.values import Missing, Origin, Setting, Source

_MOTD = "/etc/motd"
PLACES = Places(read=(_MOTD,))


def read(host: Host) -> Setting[str] | None | Missing:
    file = host.read(_MOTD)
    if file is None or isinstance(file, Missing):
        return file
    return Setting(file.text().strip(), Source(Origin.FILE, file.path, 1))
"""
RECORD = """
import sys
from unshim.facts.gather import gather
from unshim.host.once import RecordingHost
from unshim.host.tree import TreeHost
from unshim.record.writing import write_record

host = RecordingHost(TreeHost(sys.argv[1]))
gather(host)
write_record(host, sys.argv[2])
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with one fact more."""
    top = tmp_path_factory.mktemp("house")
    for package in ("unshim", "checks", "fixes"):
        ignored = shutil.ignore_patterns("__pycache__", "*.gz")
        shutil.copytree(TOP / package, top / package, ignore=ignored)
    _insert(top / "unshim/facts/subjects.py", ROW, before="\n)\n\n\ndef ")
    _insert(top / "unshim/model/node.py", FIELD, before="")
    _insert(top / "unshim/text/kept.py", '    "/etc/motd",\n', before='\n)\n"""Files that are no')
    (top / "unshim/facts/machine/greeting.py").write_text(READER)
    (top / "tree/etc").mkdir(parents=True)
    (top / "tree/etc/motd").write_text("Welcome\n")
    return top


def _insert(path: Path, line: str, before: str) -> None:
    text = path.read_text()
    at = text.index(before) + 1 if before else len(text)
    path.write_text(text[:at] + line + text[at:])


def _python(house: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _greeting(house: Path, root: str) -> object:
    shown = _python(house, "-m", "unshim", "facts", "greeting", "--json", "--root", root)
    return json.loads(shown)["facts"]


def test_it_is_gathered_and_shown_with_its_source(house: Path) -> None:
    assert _greeting(house, "tree") == {
        "greeting": {"value": "Welcome", "source": "/etc/motd:1", "origin": "file"}
    }
    every = _python(house, "-m", "unshim", "facts", "--root", "tree").splitlines()
    assert every[every.index("greeting") + 1] == "  Welcome   (/etc/motd:1)"


def test_it_is_offered_by_the_command_line(house: Path) -> None:
    assert "distribution, greeting" in " ".join(
        _python(house, "-m", "unshim", "facts", "--help").split()
    )


def test_it_is_recorded_and_replayed(house: Path) -> None:
    _python(house, "-c", RECORD, "tree", "record")
    assert _greeting(house, "record") == _greeting(house, "tree")


def test_the_recorder_in_sh_looks_at_the_same(house: Path) -> None:
    script = _python(house, "-m", "unshim", "record", "--sh").splitlines()
    assert script[script.index("# the greeting") + 1] == "wish r /etc/motd"
