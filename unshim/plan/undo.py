"""Which run an undo takes back, and why it may not."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.apply.codec import CodecError, decode
from unshim.apply.kinds import kind_of
from unshim.model.steps import Step
from unshim.model.values import Missing


def chosen(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run, by its id or the number it begins with; "" for the newest that
    stands. Missing, with the reason, where there is none to take back."""
    standing = [f for f in journal.folders(state) if journal.state_of(f) in journal.STANDING]
    if not run:
        return standing[0] if standing else Missing("there is nothing to undo")
    for folder in journal.folders(state):
        if folder.name == run or folder.name.startswith(f"{run}-"):
            if folder in standing:
                return folder
            state_now = journal.state_of(folder)
            if state_now == journal.UNREADABLE:
                return Missing(not_a_file(folder))
            return Missing(f"{folder.name} is {state_now}, not applied")
    return Missing(f"there is no run {run}; see `unshim journal`")


def others(run: str, state: Path = journal.STATE) -> tuple[str, ...]:
    """The numbers of the runs beside this one that may be taken back now, the newest first."""
    found = []
    for folder in journal.folders(state):
        if folder.name != run and journal.state_of(folder) in journal.STANDING:
            try:
                if not why_not(folder, state):
                    found.append(folder.name.partition("-")[0])
            except (OSError, ValueError):
                continue  # it says why when it is asked for
    return tuple(found)


def not_a_file(folder: Path) -> str:
    """Of a run whose journal cannot be one that unshim wrote."""
    return f"the journal of run {folder.name} is not a file; look at it, then remove {folder}"


def steps_of(folder: Path) -> tuple[Step, ...]:
    """The steps of a run. Raises: OSError; ValueError for those of another release."""
    try:
        return tuple(decode(item) for item in journal.plan_of(folder)["steps"])
    except CodecError as error:
        raise ValueError(str(error)) from None


def why_not(folder: Path, state: Path = journal.STATE) -> str:
    """Why this run may not be taken back, "" where it may. Raises: OSError, ValueError."""
    return _touched_later(folder, state) or _lost(folder)


def _touched_by(folder: Path) -> set[str]:
    return {kind_of(step).touches(step) for step in steps_of(folder)} - {""}


def _touched_later(folder: Path, state: Path) -> str:
    mine = _touched_by(folder)
    for other in journal.folders(state):
        if other.name > folder.name and journal.state_of(other) in journal.STANDING:
            both = sorted(mine & _touched_by(other))
            if both:
                return f"the later run {other.name} changed {both[0]} too; undo that one first"
    return ""


def _lost(folder: Path) -> str:
    """Whether something is not what the run left, so that taking it back would lose it."""
    half = journal.state_of(folder) in journal.HALF
    return next((loss for s in steps_of(folder) if (loss := kind_of(s).lost(s, half))), "")
