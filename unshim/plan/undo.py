"""Which run an undo takes back, and why it may not."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.apply.codec import CodecError, decode
from unshim.apply.kinds import kind_of
from unshim.apply.turn import Former
from unshim.model import states
from unshim.model.steps import Step
from unshim.model.values import Missing
from unshim.tell import runs


def named(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run, by its id or its number; Missing where there is none."""
    for folder in journal.folders(state):
        if run in (folder.name, runs.number(folder.name)):
            return folder
    return Missing(f"there is no run {run}; see `unshim journal`")


def chosen(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run, by its id or its number; "" for the newest that stands. Missing, with
    the reason, where there is none to undo, or one that cannot be read may be the newest."""
    one = named(run, state) if run else None
    if isinstance(one, Missing):
        return one
    for folder in [one] if one else journal.folders(state):
        now = journal.state_of(folder)
        if now in states.STANDING:
            return folder
        if run or now in (states.RUNNING, *states.LOST):
            nothing = f"{runs.means(folder.name, now)}: {_NOTHING}"
            return Missing(in_the_way(folder) or nothing)
    return Missing(_NOTHING)


_NOTHING = "there is nothing to undo"


def in_the_way(folder: Path) -> str:
    """Why no other run may begin while this is as it is, and what leads out; "" where one may."""
    state = journal.state_of(folder)
    return runs.in_the_way(folder.name, state, journal.trouble(folder), _script(folder))


def ways(folder: Path, state: str) -> tuple[str, ...]:
    """What can be done of a run in this state."""
    return runs.ways(folder.name, state, _script(folder))


def _script(folder: Path) -> str:
    script = folder / "RESTORE.sh"
    return str(script) if script.is_file() else ""


def others(run: str, state: Path = journal.STATE) -> tuple[str, ...]:
    """The numbers of the runs beside this one that may be taken back now, the newest first."""
    found = []
    for folder in journal.folders(state):
        if folder.name != run and journal.state_of(folder) in states.STANDING:
            try:
                if not why_not(folder, state):
                    found.append(runs.number(folder.name))
            except (OSError, ValueError):
                continue  # it says why when it is asked for
    return tuple(found)


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
        if other.name > folder.name and journal.state_of(other) in states.STANDING:
            both = sorted(mine & _touched_by(other))
            if both:
                return f"the later run {other.name} changed {both[0]} too; undo that one first"
    return ""


def begun(folder: Path) -> list[tuple[Step, Former]]:
    """The steps that the run has begun, each with what was before it. Raises: OSError,
    ValueError."""
    lines, steps = journal.records(folder), steps_of(folder)
    prepared = next((line for line in lines if line["state"] == "prepared"), None)
    former = [was or {} for was in prepared["before"]] if prepared else []
    return list(zip(steps[: journal.begun(lines) + 1], former, strict=False))


def _lost(folder: Path) -> str:
    """Whether something is not what the run left, so that taking it back would lose it."""
    losses = (kind_of(step).lost(step, former) for step, former in begun(folder))
    return next(filter(None, losses), "")
