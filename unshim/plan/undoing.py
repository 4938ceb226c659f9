"""What undoing a run would do, from its journal: the commands and the diff of each file."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.apply.acts import writes
from unshim.apply.acts.files import Before
from unshim.apply.kinds import kind_of
from unshim.apply.order import undo_order
from unshim.apply.turn import Former
from unshim.model.plan import FileDiff
from unshim.model.session import NO_CHOICE, Changed, Choice, Undoing
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.diff import diff_of


def undoing(run: str, state: Path = journal.STATE, choice: Choice = NO_CHOICE) -> Undoing | Missing:
    """What undoing this run, or the newest that stands (""), would do, where a person chose so of
    what somebody changed since. Missing where there is none to undo. Raises: OSError,
    ValueError."""
    folder = undo.chosen(run, state)
    if isinstance(folder, Missing):
        return folder
    steps = undo.concerned(folder, choice)
    pairs = [steps[number] for number in undo_order([step for step, _ in steps])]
    lost = undo.losses(folder, choice)
    commands = (
        _command(step, was, choice) for step, was in pairs if undo.touched(step) not in lost
    )
    files = [(step, was) for step, was in pairs if isinstance(step, WriteFile)]
    diffs = (_way_back(*one) for one in files if one[0].path not in (*lost, *choice.keep))
    return Undoing(
        journal.run_of(folder),
        tuple(command for command in commands if command),
        tuple(diff for diff in diffs if diff.lines),
        undo.why_not(folder, state, choice),
        tuple(_changed(*one, lost[one[0].path]) for one in files if one[0].path in lost),
    )


def _command(step: Step, former: Former, choice: Choice) -> str:
    if undo.touched(step) in choice.keep:
        return f"leave {undo.touched(step)} as it is"
    return kind_of(step).undo_command(step, former)


def _way_back(step: WriteFile, former: Former) -> FileDiff:
    return diff_of(WriteFile(step.path, writes.now(step, former), _before(former)))


def _changed(step: WriteFile, former: Former, why: str) -> Changed:
    now = writes.now(step, former)
    theirs = diff_of(WriteFile(step.path, step.after, now))
    return Changed(step.path, why, theirs, diff_of(WriteFile(step.path, now, _before(former))))


def _before(former: Former) -> bytes | None:
    was = Before.from_json(former)
    return was.data if was.existed else None
