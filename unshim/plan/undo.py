"""Which run an undo takes back, and why it may not."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.apply.codec import CodecError, decode
from unshim.apply.failures import ways as ways_on
from unshim.apply.kinds import kind_of
from unshim.apply.turn import Former
from unshim.model import states
from unshim.model.session import NO_CHOICE, Choice
from unshim.model.steps import Step
from unshim.model.values import Missing
from unshim.tell import runs


def named(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run, by its id or its number; Missing where there is none."""
    for folder in journal.folders(state):
        if runs.is_called(folder.name, run):
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


def waiting(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run that waits to be confirmed, or that nobody verified, by its id or its
    number; "" for the newest that waits. Missing, with the reason, where there is none."""
    for folder in journal.folders(state):
        now = journal.state_of(folder)
        if runs.is_called(folder.name, run):
            if now in (states.WAITING, states.APPLIED):
                return folder
            return Missing(f"{runs.means(folder.name, now)}: there is nothing to confirm")
        if not run and now == states.WAITING:
            return folder
    return Missing(
        f"there is no run {run}; see `unshim journal`" if run else "no run waits to be confirmed"
    )


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


def why_not(folder: Path, state: Path = journal.STATE, choice: Choice = NO_CHOICE) -> str:
    """Why this run may not be taken back, "" where it may. Raises: OSError, ValueError."""
    return (
        _touched_later(folder, state)
        or _not_its_own(folder, choice)
        or _not_in_part(folder, choice)
        or _lost(folder, choice)
    )


def _touched_by(folder: Path) -> set[str]:
    return {touched(step) for step in steps_of(folder)} - {""}


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


def touched(step: Step) -> str:
    """What a step changes lastingly, "" for nothing."""
    return kind_of(step).touches(step)


def concerned(folder: Path, choice: Choice) -> list[tuple[Step, Former]]:
    """The steps of a run that an undo is of, where a person chose so. Raises: OSError,
    ValueError."""
    return [(step, was) for step, was in begun(folder) if choice.concerns(touched(step))]


def losses(folder: Path, choice: Choice = NO_CHOICE) -> dict[str, str]:
    """What somebody changed since the run, and why it stays as it is, but for what a person says of
    it. Raises: OSError, ValueError."""
    said = (*choice.keep, *choice.force)
    found = ((touched(s), kind_of(s).lost(s, was)) for s, was in concerned(folder, choice))
    return {what: why for what, why in found if why and what not in said}


def _not_its_own(folder: Path, choice: Choice) -> str:
    mine = _touched_by(folder)
    named = (*choice.keep, *choice.force, *choice.only)
    other = next((path for path in named if path not in mine), "")
    if other:
        return f"{other} is not of run {runs.number(folder.name)}, which changed {_listed(mine)}"
    both = next((path for path in choice.keep if path in choice.force), "")
    return f"{both} cannot be both kept and put back" if both else ""


def _not_in_part(folder: Path, choice: Choice) -> str:
    now = journal.state_of(folder)
    if not choice.only or now in (states.APPLIED, states.VERIFIED):
        return ""
    return f"{runs.means(folder.name, now)}: it can be undone as a whole alone"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing that lasts"


def _lost(folder: Path, choice: Choice) -> str:
    """Why nothing of the run can be undone: somebody changed all of it since."""
    lost = losses(folder, choice)
    lasting = {touched(step) for step, _ in concerned(folder, choice)} - {"", *choice.keep}
    if not lost or lasting - set(lost):
        return ""
    return "; ".join(f"{why}; {ways_on(what)}" for what, why in lost.items())
