"""The worker as a process: it looks at what came of a run and takes it back, by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journals import cut_after
from tests.waiting import until
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED, REFUSED, UNDONE
from unshim.apply.journal import Journal, records
from unshim.apply.lock import Locked, take, taken
from unshim.model.steps import WriteFile

from .acts.test_files import folder as folder

NOTHING: dict[str, Any] = {
    "cured": [],
    "before": {},
    "forecast": {},
    "disturbs": "nothing",
    "pods": [],
    "stopped": False,
}
"""No check is expected to come to anything: whatever this machine is, it is so."""


def _run(folder: Path, **more: Any) -> Path:
    (folder / "x").write_bytes(b"old")
    steps = [encode(WriteFile(str(folder / "x"), b"old", b"new"))]
    return journal.new_run({"format": 1, "steps": steps, **more}, folder / "state")


def _worker(verb: str, run: Path, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-I", "-m", "unshim.apply", verb, str(run)]
    return subprocess.Popen(argv, stdin=stdin)


def _states(run: Path) -> list[str]:
    return [str(r["state"]) for r in records(run)]


def test_a_run_of_which_nothing_is_expected_ends_applied(folder: Path) -> None:
    run = _run(folder, expected=None)
    assert _worker("apply", run).wait() == APPLIED
    assert _states(run)[-1] == "applied"


def test_a_run_that_came_to_what_is_expected_is_verified(folder: Path) -> None:
    run = _run(folder, expected=NOTHING)
    assert _worker("apply", run).wait() == APPLIED
    assert _states(run)[-2:] == ["applied", "verified"]
    assert (folder / "x").read_bytes() == b"new"


def test_a_run_that_cannot_be_looked_at_is_taken_back_by_the_worker_itself(folder: Path) -> None:
    run = _run(folder, expected={})
    assert _worker("apply", run).wait() == UNDONE
    assert (folder / "x").read_bytes() == b"old"
    assert journal.state_of(run) == "undone"
    (failed,) = [r for r in records(run) if r["state"] == "failed"]
    assert failed["reason"].startswith("could not be looked at: ")


@pytest.mark.parametrize("expected", [None, NOTHING], ids=["not looked at", "looked at"])
def test_a_run_that_was_cut_off_is_taken_back_by_the_next_worker(
    folder: Path, expected: dict[str, Any] | None
) -> None:
    run = _run(folder, expected=expected)
    assert _worker("apply", run).wait() == APPLIED
    cut_after(run, 3)
    assert _states(run)[-1] == "done"
    assert _worker("recover", run).wait() == UNDONE
    assert (folder / "x").read_bytes() == b"old"
    assert "the worker was killed" in [r.get("reason") for r in records(run)]
    assert _worker("recover", run).wait() == UNDONE


def test_a_run_that_nobody_verified_is_taken_back_where_somebody_should_have(folder: Path) -> None:
    run = _run(folder, expected=NOTHING)
    assert _worker("apply", run).wait() == APPLIED
    cut_after(run, 4)
    assert _states(run)[-1] == "applied"
    assert _worker("recover", run).wait() == UNDONE
    assert (folder / "x").read_bytes() == b"old"


@pytest.mark.parametrize("expected", [None, NOTHING], ids=["applied", "verified"])
def test_a_run_that_ended_stays_as_it_is(folder: Path, expected: dict[str, Any] | None) -> None:
    run = _run(folder, expected=expected)
    assert _worker("apply", run).wait() == APPLIED
    written = (run / "journal").read_bytes()
    assert _worker("recover", run).wait() == APPLIED
    assert (run / "journal").read_bytes() == written
    assert (folder / "x").read_bytes() == b"new"


def test_a_run_that_never_began_is_refused_by_whoever_comes_after(folder: Path) -> None:
    run = _run(folder, expected=NOTHING)
    Journal(run).close()
    assert _worker("recover", run).wait() == REFUSED
    assert journal.state_of(run) == "refused"
    assert (folder / "x").read_bytes() == b"old"


def test_the_lock_that_is_handed_over_is_held_until_the_worker_ends(folder: Path) -> None:
    run, lock = _run(folder, expected=NOTHING), folder / "lock"
    with taken(lock) as held:
        worker = _worker("apply", run, held)
    try:
        until(lambda: "applied" in _states(run), "the worker to look at the node")
        with pytest.raises(Locked):
            take(lock)
    finally:
        assert worker.wait() == APPLIED
    os.close(take(lock))


def test_a_hang_up_and_an_interrupt_do_not_reach_it(folder: Path) -> None:
    run = _run(folder, expected=NOTHING)
    worker = _worker("apply", run)
    until(lambda: "prepared" in _states(run), "the worker to begin")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        worker.send_signal(number)
    assert worker.wait() == APPLIED
    assert _states(run)[-1] == "verified"
