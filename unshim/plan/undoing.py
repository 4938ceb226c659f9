"""What undoing a run would do, from its journal: the commands and the diff of each file."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.apply.acts.files import Before
from unshim.apply.kinds import kind_of
from unshim.apply.turn import Former
from unshim.apply.work import undo_order
from unshim.model.plan import FileDiff
from unshim.model.session import Undoing
from unshim.model.steps import WriteFile
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.diff import diff_of


def undoing(run: str, state: Path = journal.STATE) -> Undoing | Missing:
    """What undoing this run, or the newest that stands (""), would do. Missing where there is none
    to undo. Raises: OSError, ValueError."""
    folder = undo.chosen(run, state)
    if isinstance(folder, Missing):
        return folder
    begun = undo.begun(folder)
    pairs = [begun[number] for number in undo_order([step for step, _ in begun])]
    commands = (kind_of(step).undo_command(step, was) for step, was in pairs)
    diffs = (_diff(step, was) for step, was in pairs if isinstance(step, WriteFile))
    return Undoing(
        journal.run_of(folder),
        tuple(command for command in commands if command),
        tuple(diff for diff in diffs if diff.lines),
        undo.why_not(folder, state),
    )


def _diff(step: WriteFile, former: Former) -> FileDiff:
    was = Before.from_json(former)
    return diff_of(WriteFile(step.path, step.after, was.data if was.existed else None))
