"""A worker that cannot do what it is asked says so, and never that something was changed that is
not: its exit code is an interface."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.apply.ends import INCOMPLETE, REFUSED
from unshim.model.steps import WriteFile

from .acts.test_files import folder as folder

OTHERS: dict[str, Any] = {"kind": "paint-node"}
"""A step that this release does not know."""


def _run(folder: Path, *states: str) -> Path:
    plan = {"format": 1, "expected": None, "steps": [OTHERS]}
    run = journal.new_run(plan, folder / "state")
    with journal.Journal(run) as lines:
        for state in states:
            lines.add(state, step=0, before=[{}])
    return run


def _worker(verb: str, run: Path) -> int:
    argv = [sys.executable, "-I", "-m", "unshim.apply", verb, str(run)]
    return subprocess.run(argv, stdin=subprocess.DEVNULL, check=False).returncode


def _states(run: Path) -> list[str]:
    return [str(line["state"]) for line in journal.records(run)]


@pytest.mark.parametrize("verb", ["undo", "confirm"])
def test_a_run_that_could_not_even_be_begun_to_undo_or_keep_stays_what_it_was(
    folder: Path, verb: str
) -> None:
    run = _run(folder, "prepared", "intent", "done", "applied")
    assert _worker(verb, run) == REFUSED
    assert _states(run)[-1] == "applied"


@pytest.mark.parametrize("states", [(), ("prepared",)], ids=str)
def test_a_run_that_nothing_was_begun_of_is_refused(folder: Path, states: tuple[str, ...]) -> None:
    run = _run(folder, *states)
    assert _worker("recover", run) == REFUSED
    assert journal.state_of(run) == "refused"


def test_a_run_of_which_a_part_stands_and_stays_is_broken(folder: Path) -> None:
    run = _run(folder, "prepared", "intent")
    assert _worker("recover", run) == INCOMPLETE
    assert journal.state_of(run) == "broken"
    assert journal.records(run)[-1]["problems"] == ["unknown kind of step: paint-node"]


@pytest.mark.parametrize("verb", ["apply", "undo", "recover", "boot", "confirm"])
@pytest.mark.parametrize("damage", ["a damaged journal", "no journal", "another's folder"])
def test_what_is_not_as_it_was_left_is_not_acted_on(folder: Path, verb: str, damage: str) -> None:
    path = folder / "x"
    path.write_bytes(b"new")
    step = encode(WriteFile(str(path), b"old", b"new"))
    run = journal.new_run({"format": 1, "expected": None, "steps": [step]}, folder / "state")
    with journal.Journal(run) as lines:
        lines.add("prepared", before=[{}])
        lines.add("intent", step=0)
    whole = (run / "journal").read_bytes()
    if damage == "a damaged journal":
        (run / "journal").write_bytes(whole.replace(b'"intent"', b'"entint"'))
    elif damage == "no journal":
        (run / "journal").unlink()
    else:
        run.chmod(0o777)
    assert _worker(verb, run) == REFUSED
    assert path.read_bytes() == b"new"
    if damage == "another's folder":
        assert (run / "journal").read_bytes() == whole
