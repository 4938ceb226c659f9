"""What a run comes to when its own worker does not say so: undone where it was cut off or nobody
confirmed it in time, kept where somebody does."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import guard
from unshim.apply.ends import APPLIED, INCOMPLETE, REFUSED, UNDONE
from unshim.apply.journal import PASSING, Journal, records
from unshim.apply.records import Record
from unshim.apply.taking_back import take_back
from unshim.apply.task import Task

_ENDED = {
    "applied": APPLIED,
    "verified": APPLIED,
    "confirmed": APPLIED,
    "settled": APPLIED,
    "undone": UNDONE,
    "broken": INCOMPLETE,
}
KILLED, WENT_DOWN = "the worker was killed", "the machine went down meanwhile"
NEVER_BEGAN = "its worker was killed before it began, or could not be started"


def recover(folder: Path, journal: Journal, *, booting: bool = False) -> int:
    """Take a run back that was cut off or not confirmed in time; one that ended stays as it is.
    Returns what its worker would have. Raises: CodecError, OSError, ValueError."""
    last = _last(folder)
    reason = WENT_DOWN if booting else KILLED
    if last is None or last.get("refused"):
        if last is None:
            journal.add("failed", reason=NEVER_BEGAN, refused=True)
        guard.end(folder)
        return REFUSED
    task = Task.of(folder, journal)
    if last["state"] == "waiting":
        if not guard.is_over(last):
            return APPLIED
        reason = f"nobody confirmed it within {task.within:g} s"
    elif last["state"] in _ENDED and not (last["state"] == "applied" and task.looks):
        if last["state"] in ("verified", "confirmed"):
            _settle(task)
        guard.end(folder)
        return _ENDED[last["state"]]
    if last["state"] != "undoing":
        journal.add_if_possible("failed", reason=reason)
    return take_back(task, booting=booting)


def undo(folder: Path, journal: Journal) -> int:
    """Take a run back because a person asks for it. Raises: CodecError, OSError, ValueError."""
    task = Task.of(folder, journal)
    guard.watch_undo(task)
    return take_back(task)


def confirm(folder: Path, journal: Journal) -> int:
    """Keep a run that waits for that, or that nobody verified. Returns 6 where it does neither, or
    it is too late. Raises: CodecError, OSError, ValueError."""
    last = _last(folder)
    state = last["state"] if last else ""
    if last is None or state not in ("waiting", "applied"):
        return REFUSED
    if state == "waiting" and guard.is_over(last):
        return REFUSED
    task = Task.of(folder, journal)
    journal.add("confirmed")
    _settle(task)
    guard.end(folder)
    return APPLIED


def _settle(task: Task) -> None:
    prepared = next(line for line in records(task.folder) if line["state"] == "prepared")
    task.settle(tuple(former or {} for former in prepared["before"]))


def _last(folder: Path) -> Record | None:
    """The last record that says how a run is as a whole."""
    says = (r for r in reversed(records(folder)) if r["state"] not in (*PASSING, "armed"))
    return next(says, None)
