"""What a run comes to when its own worker does not say so: by its journal, the clock, the boot."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.carried import apply
from unshim.apply import guard, journal
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED, REFUSED, UNDONE
from unshim.apply.journal import Journal, records
from unshim.apply.recover import confirm, recover
from unshim.model import states
from unshim.model.steps import RunCommand, Step, WriteFile

from .acts.test_files import folder as folder

LATER, PAST = 3600.0, -1.0


def _run(folder: Path, *more: Step, **given: Any) -> Path:
    (folder / "x").write_bytes(b"old")
    steps: list[Step] = [WriteFile(str(folder / "x"), b"old", b"new"), *more]
    plan = {"format": 1, "steps": [encode(s) for s in steps], "checks": [], **given}
    return journal.new_run(plan, folder / "state")


def _waiting(folder: Path, seconds: float, boot: str = "", **given: Any) -> Path:
    """A run that waits for a person; its deadline is so many seconds from now."""
    run = _run(folder, **{"confirm_within": 60, **given})
    with Journal(run) as lines:
        lines.add("prepared", before=[_noted(folder)], probe=None)
        lines.add("intent", step=0)
        (folder / "x").write_bytes(b"new")
        lines.add("done", step=0)
        lines.add("applied")
        deadline = time.clock_gettime(time.CLOCK_BOOTTIME) + seconds
        lines.add("waiting", deadline=deadline, boot=boot or guard.boot_id(), seconds=60)
    return run


def _noted(folder: Path) -> Any:
    from unshim.apply.kinds import kind_of

    step = WriteFile(str(folder / "x"), b"old", b"new")
    return kind_of(step).note(step)


def _recovered(run: Path, booting: bool = False) -> int:
    with Journal(run) as lines:
        return recover(run, lines, booting=booting)


def _confirmed(run: Path) -> int:
    with Journal(run) as lines:
        return confirm(run, lines)


def test_a_run_that_waits_is_left_alone_until_its_deadline(folder: Path) -> None:
    run = _waiting(folder, LATER)
    assert _recovered(run) == APPLIED
    assert journal.state_of(run) == states.WAITING
    assert (folder / "x").read_bytes() == b"new"


@pytest.mark.parametrize("why", ["the deadline", "another boot"])
def test_a_run_that_nobody_confirmed_is_undone(folder: Path, why: str) -> None:
    run = _waiting(folder, *((PAST,) if why == "the deadline" else (LATER, "another")))
    assert _recovered(run) == UNDONE
    assert (folder / "x").read_bytes() == b"old"
    assert "nobody confirmed it within 60 s" in [r.get("reason") for r in records(run)]


@pytest.mark.parametrize("edited", [False, True])
def test_what_a_run_kept_goes_though_it_was_killed_behind_its_verification(
    folder: Path, edited: bool
) -> None:
    run = _run(folder)
    assert apply(run) == APPLIED
    with Journal(run) as lines:
        lines.add("verified")
    (beside,) = folder.glob(".unshim-*")
    if edited:
        beside.write_bytes(b"somebody's")
    assert _recovered(run) == APPLIED
    assert beside.exists() is edited
    assert journal.state_of(run) == states.VERIFIED
    last = records(run)[-1]
    if edited:
        (note,) = last["notes"]
        assert note.endswith(f"that is kept as {beside}")
    else:
        assert last["state"] == "verified"


def test_what_is_confirmed_in_time_stays_for_good(folder: Path) -> None:
    run = _waiting(folder, LATER)
    assert _confirmed(run) == APPLIED
    assert journal.state_of(run) == states.VERIFIED
    assert _recovered(run) == APPLIED
    assert (folder / "x").read_bytes() == b"new"


@pytest.mark.parametrize("seconds", [PAST, LATER])
def test_what_is_confirmed_too_late_or_twice_is_not_kept(folder: Path, seconds: float) -> None:
    run = _waiting(folder, seconds)
    if seconds == LATER:
        assert _confirmed(run) == APPLIED
    written = (run / "journal").read_bytes()
    assert _confirmed(run) == REFUSED
    assert (run / "journal").read_bytes() == written


def test_a_run_that_was_never_verified_may_be_kept_by_a_person(folder: Path) -> None:
    run = _run(folder)
    assert apply(run) == APPLIED
    assert _confirmed(run) == APPLIED
    assert journal.state_of(run) == states.VERIFIED


def _cut_off(folder: Path, *more: Step) -> Path:
    """A run that was killed in its second step."""
    run = _run(folder, *more)
    with Journal(run) as lines:
        lines.add(
            "prepared", before=[_noted(folder), *({"state": "on 5"} for _ in more)], probe=None
        )
        (folder / "x").write_bytes(b"new")
        for number in range(1 + len(more)):
            lines.add("intent", step=number)
            lines.add("done", step=number)
    return run


def test_what_the_machine_went_down_under_is_undone_at_its_boot(folder: Path) -> None:
    run = _cut_off(folder)
    assert _recovered(run, booting=True) == UNDONE
    assert (folder / "x").read_bytes() == b"old"
    assert journal.state_of(run) == states.UNDONE
    assert "the machine went down meanwhile" in [r.get("reason") for r in records(run)]


def test_what_needs_more_than_a_boot_has_is_left_and_done_afterwards(folder: Path) -> None:
    """Files at the boot; swap, which is no file, once all is up; and no file twice."""
    run = _cut_off(folder, RunCommand("swap-off", ("/nowhere/swap",)))
    assert _recovered(run, booting=True) == UNDONE
    assert (folder / "x").read_bytes() == b"old"
    assert journal.state_of(run) == states.UNFINISHED
    undone = [r["step"] for r in records(run) if r["state"] == "undone-step"]
    assert undone == [0]
    _recovered(run)
    undone = [r["step"] for r in records(run) if r["state"] == "undone-step"]
    assert undone == [0, 1]
    assert journal.state_of(run) in (states.UNDONE, states.BROKEN)


def test_the_deadline_is_of_this_boot_and_of_a_clock_that_nobody_sets() -> None:
    now = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert not guard.is_over({"deadline": now + 60, "boot": guard.boot_id()})
    assert guard.is_over({"deadline": now, "boot": guard.boot_id()})
    assert guard.is_over({"deadline": now + 60, "boot": "another"})
    assert guard.is_over({"deadline": now + 60})


def test_no_systemd_is_asked_to_watch_a_run_elsewhere(folder: Path) -> None:
    run = _run(folder)
    assert not guard.possible(run)
    assert apply(run) == APPLIED
    assert "armed" not in [r["state"] for r in records(run)]
