"""What undoing a run would do, from its journal: the commands and the diff of each file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from unshim.apply import journal
from unshim.apply.acts.files import Before
from unshim.apply.kinds import kind_of
from unshim.apply.turn import Former
from unshim.apply.work import undo_order
from unshim.model.plan import FileDiff
from unshim.model.session import Undoing
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan.diff import diff_of
from unshim.plan.undo import chosen, steps_of, why_not


def undoing(run: str, state: Path = journal.STATE) -> Undoing | Missing:
    """What undoing this run, or the newest that stands (""), would do. Missing where there is none
    to undo. Raises: OSError, ValueError."""
    folder = chosen(run, state)
    if isinstance(folder, Missing):
        return folder
    steps, former = _begun(folder)
    pairs = [(steps[number], former[number]) for number in undo_order(list(steps))]
    commands = (kind_of(step).undo_command(step, was) for step, was in pairs)
    diffs = (_diff(step, was) for step, was in pairs if isinstance(step, WriteFile))
    return Undoing(
        journal.run_of(folder),
        tuple(command for command in commands if command),
        tuple(diff for diff in diffs if diff.lines),
        why_not(folder, state),
    )


def _begun(folder: Path) -> tuple[Sequence[Step], Sequence[Former]]:
    """The steps that the run has begun, and what was before each."""
    lines = journal.records(folder)
    prepared = next((line for line in lines if line["state"] == "prepared"), None)
    if prepared is None:
        return (), ()
    return steps_of(folder)[: journal.begun(lines) + 1], [was or {} for was in prepared["before"]]


def _diff(step: WriteFile, former: Former) -> FileDiff:
    was = Before.from_json(former)
    return diff_of(WriteFile(step.path, step.after, was.data if was.existed else None))
