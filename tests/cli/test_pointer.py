"""Who starts unshim on a machine without a kubelet is pointed to the demo; nobody else is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests import TOP
from tests.laws.nodes import NAMES, host, node
from unshim.cli.opening import pointer
from unshim.facts.gather import gather
from unshim.record.recorded import RecordedHost

POINTS = "`unshim --demo`"


class Live(RecordedHost):
    """A recorded node that says that it is the machine itself."""

    live = True


@pytest.mark.parametrize("name", NAMES)
def test_only_where_there_is_no_kubelet(name: str) -> None:
    without = name.endswith("-without-kubelet")
    live = gather(Live(str(TOP / "tests" / "nodes" / name)))
    assert (POINTS in pointer(live)) is without
    assert pointer(node(name)) == ""
    assert not host(name).live


def test_make_run_says_what_it_does_and_what_else_there_is(tmp_path: Path) -> None:
    """What it would run, with programs that only tell their names."""
    for file in ("Makefile", "pyproject.toml", "requirements.lock"):
        (tmp_path / file).write_bytes((TOP / file).read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "unshim"):
        program = tmp_path / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\necho "$0" "$@" >> {tmp_path}/ran\n')
        program.chmod(0o755)
    said = _make_run(tmp_path).splitlines()
    assert "That takes a minute or two" in said[0]
    assert said[-1] == "Done: .venv/bin/unshim. On a recorded node: .venv/bin/unshim --demo"
    ran = (tmp_path / "ran").read_text().splitlines()
    assert ran[-1].endswith("/unshim --demo-if-no-node --fail-on never")
    assert _make_run(tmp_path) == ""


def _make_run(folder: Path) -> str:
    """What it says, as a person runs it: the make that runs the tests is none of its business."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(
        ["make", "run"], cwd=folder, capture_output=True, text=True, check=True, env=env
    )
    return done.stdout
