"""Behind walls a plan's files stand in their places, and what is done there is not seen outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until
from unshim.plan.gates.asking import Question, ask

SCRIPT = """
import json, os, socket, subprocess, sys
from pathlib import Path
from unshim.plan.gates import walls

folder, told = Path(sys.argv[1]), {}

def tries(name, act):
    try:
        told[name] = act()
    except OSError as error:
        told[name] = error.strerror

def act():
    posts = [
        walls.Post(f"{folder}/there", b"new", 0o600),
        walls.Post(f"{folder}/gone", None),
        walls.Post(f"{folder}/made/below/x", b"x"),
        walls.Post(f"{folder}/link", b"through"),
    ]
    walls.View().lay_out(posts)
    for path in ("there", "gone", "made/below/x", "beside", "target", "sub/file"):
        tries(path, (folder / path).read_text)
    tries("mode", lambda: (folder / "there").stat().st_mode & 0o777)
    tries("write in /", Path("/unshim-was-here").touch)
    tries("write below", (folder / "sub/file").touch)
    tries("write elsewhere", (folder.parent / "outside").touch)
    tries("sysctl", lambda: Path("/sys/kernel/mm/ksm/run").write_text("0") and "")
    tries("addresses", lambda: [name for _, name in socket.if_nameindex()])
    tries("processes", lambda: len([p for p in os.listdir("/proc") if p.isdigit()]))
    print(json.dumps(told))
    return 7

sys.exit(walls.behind(act))
"""
WAITS = """
import subprocess, sys
from unshim.plan.gates import walls

def act():
    subprocess.run(["setsid", "sleep", sys.argv[1]])
    return 0

walls.end_with_parent()
walls.behind(act)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, one that shall go, one that stays, a link, and a folder."""
    folder = tmp_path / "etc"
    (folder / "sub").mkdir(parents=True)
    for name in ("there", "gone", "beside", "target", "sub/file"):
        (folder / name).write_text(name)
    (folder / "link").symlink_to("target")
    return folder


def _behind(folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT, str(folder)], capture_output=True, text=True
    )
    assert done.returncode == 7, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _standing(folder: Path) -> dict[str, tuple[int, str, int]]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p): (p.stat().st_mode, p.read_text(), p.stat().st_ino) for p in files}


def test_files_stand_as_the_plan_leaves_them_and_all_else_as_it_is(lab: None, folder: Path) -> None:
    told = _behind(folder)
    assert (told["there"], told["mode"]) == ("new", 0o600)
    assert told["gone"] == os.strerror(2)
    assert told["made/below/x"] == "x"
    assert (told["beside"], told["sub/file"]) == ("beside", "sub/file")
    assert told["target"] == "through"


def test_nothing_is_changed_outside(lab: None, folder: Path) -> None:
    before = _standing(folder.parent)
    told = _behind(folder)
    read_only = os.strerror(30)
    assert [told[k] for k in ("write in /", "write below", "write elsewhere")] == [read_only] * 3
    assert told["sysctl"] in (read_only, os.strerror(2))
    assert _standing(folder.parent) == before
    assert not Path("/unshim-was-here").exists()


def test_there_is_no_network_and_no_other_process(lab: None, folder: Path) -> None:
    told = _behind(folder)
    assert told["addresses"] == ["lo"]
    assert told["processes"] == 1


def test_what_is_started_there_ends_with_who_started_it(lab: None) -> None:
    sign = f"{10**6 + uuid.uuid4().int % 10**6}"
    outer = subprocess.Popen([sys.executable, "-I", "-c", WAITS, sign])
    until(lambda: _running(sign), "the program behind walls")
    outer.send_signal(signal.SIGKILL)
    outer.wait()
    until(lambda: not _running(sign), "its end")


def _running(sign: str) -> bool:
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return f"sleep {sign}" in [line.removeprefix("setsid ") for line in found.stdout.splitlines()]


def test_a_program_that_is_not_there_says_nothing(lab: None) -> None:
    answer = ask(Question(binary="/nowhere/containerd", config="/nowhere/config.toml"))
    assert answer.dump is None
    assert answer.why == ""
