"""Applying and undoing as a person asks for them: what may be done, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from unshim.apply import guard, journal, lock
from unshim.apply.choice import choose, is_undone
from unshim.apply.ends import APPLIED, INCOMPLETE, REFUSED, UNDONE
from unshim.apply.trust import distrust
from unshim.model import states
from unshim.model.plan import Plan
from unshim.model.session import NO_CHOICE, Applied, Choice, Ended, Look
from unshim.model.steps import Step
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.baseline import expected_of
from unshim.plan.expected import to_json
from unshim.plan.follow import (
    KILLED,
    Tell,
    as_json,
    follow,
    notes_of,
    reasons_of,
    start,
    until_confirmed,
)
from unshim.plan.stale import basis_of, stale

if TYPE_CHECKING:
    from unshim.host.host import Host


class Engine(Protocol):
    """What drives the node, as far as applying needs it: unshim.engine's."""

    @property
    def host(self) -> Host: ...

    @property
    def only_reads(self) -> bool: ...

    def look(self) -> Look: ...

    def plan(self, check_ids: Sequence[str]) -> Plan: ...


_ENDED = {
    APPLIED: Ended.DONE,
    UNDONE: Ended.UNDONE,
    INCOMPLETE: Ended.INCOMPLETE,
    REFUSED: Ended.REFUSED,
}


def _refuse(*reasons: str) -> Applied:
    return Applied(Ended.REFUSED, "", reasons)


def why_not(engine: Engine) -> str:
    """Why nothing can be applied here at all, "" where it can."""
    if engine.only_reads or not engine.host.live:
        return "this is not the machine itself; changes are made on the node"
    if os.geteuid() != 0:
        return "not root: run it with sudo"
    return ""


def apply_plan(engine: Engine, plan: Plan, tell: Tell, within: float = 0) -> Applied:
    """Carry out a plan that was shown. Whatever the end, the node is as the forecast says or as
    it was before, or the words say what is left to do by hand. With `within`, a person must confirm
    it in so many seconds."""
    reason = why_not(engine)
    if reason:
        return _refuse(reason)
    if not plan.steps:
        return Applied(Ended.NOTHING, "", ("nothing to do",))
    try:
        with lock.taken() as held:
            reason = _in_the_way()
            if reason:
                return _refuse(reason)
            again = engine.plan([f.check_id for f in plan.fixes])
            changed = stale(basis_of(plan), basis_of(again))
            if changed:
                return _refuse(f"the node changed since this plan was made: {changed}")
            expected = expected_of(plan, engine.look())
            try:
                folder = journal.new_run(as_json(plan, to_json(expected), within))
            except OSError as error:
                return _refuse(f"the journal cannot be written: {error.strerror}")
            if within and not guard.possible(folder):
                return _refuse("without systemd nothing here could undo it in time")
            worker = start("apply", folder, held)
    except (lock.Locked, OSError) as error:
        return _refuse(str(error))
    code = follow(worker, folder, plan.steps, tell)
    if code == KILLED:
        code = _recovered(folder, plan.steps, tell)
    if code == APPLIED and within:
        code = until_confirmed(folder, plan.steps, tell)
    if code:
        return Applied(_ended(code, folder), folder.name, reasons_of(folder))
    return Applied(Ended.DONE, folder.name, notes_of(folder))


def _ended(code: int, folder: Path) -> Ended:
    """How a run ended: by what its worker says, or if that says nothing by its journal."""
    if code in _ENDED:
        return _ENDED[code]
    nothing = {states.UNDONE: Ended.UNDONE, states.INTERRUPTED: Ended.REFUSED}
    return nothing.get(journal.state_of(folder), Ended.INCOMPLETE)


def _recovered(folder: Path, steps: Sequence[Step], tell: Tell) -> int:
    """The end of a run whose worker was killed: it is undone."""
    try:
        with lock.taken() as held:
            worker = start("recover", folder, held, in_unit=False)
    except (lock.Locked, OSError):
        return INCOMPLETE
    return follow(worker, folder, steps, tell)


def _in_the_way() -> str:
    """What in the journal forbids another run, "" for nothing. Raises: OSError."""
    reason = distrust(journal.STATE)
    if reason:
        return reason
    reasons = (undo.in_the_way(folder) for folder in journal.folders())
    return next((reason for reason in reasons if reason), "")


def undo_run(engine: Engine, run: str, tell: Tell, choice: Choice = NO_CHOICE) -> Applied:
    """Take a run back; "" for the newest that stands."""
    reason = why_not(engine)
    if reason:
        return _refuse(reason)
    try:
        with lock.taken() as held:
            folder = undo.chosen(run)
            if isinstance(folder, Missing):
                return _refuse(folder.reason)
            reason = distrust(journal.STATE, folder) or undo.why_not(folder, choice=choice)
            if reason:
                return _refuse(reason)
            steps = undo.steps_of(folder)
            with journal.Journal(folder) as lines:
                choose(lines, choice, journal.records(folder))
            worker = start("undo", folder, held)
    except lock.Locked as locked:
        return _refuse(str(locked))
    except (OSError, ValueError) as error:
        return _refuse(f"the journal cannot be read: {error}")
    code = follow(worker, folder, steps, tell)
    if is_undone(choice, journal.records(folder)):
        part = f"Of run {folder.name[:6]}, {', '.join(choice.only)} is undone; the rest stands."
        return Applied(Ended.DONE, folder.name, (part,))
    if code == UNDONE:
        return Applied(Ended.DONE, folder.name, (f"Run {folder.name[:6]} is undone.",))
    if code == REFUSED:
        return _refuse("its worker could not write to its journal, or not read its plan")
    return Applied(Ended.INCOMPLETE, folder.name, reasons_of(folder))


def confirm_run(engine: Engine, run: str) -> Applied:
    """Keep a run that waits for it; "" for the newest that does."""
    reason = why_not(engine)
    if reason:
        return _refuse(reason)
    try:
        with lock.taken() as held:
            folder = undo.waiting(run)
            if isinstance(folder, Missing):
                return _refuse(folder.reason)
            reason = distrust(journal.STATE, folder)
            if reason:
                return _refuse(reason)
            worker = start("confirm", folder, held, in_unit=False)
    except lock.Locked as locked:
        return _refuse(str(locked))
    except (OSError, ValueError) as error:
        return _refuse(f"the journal cannot be read: {error}")
    if worker.process.wait() == APPLIED:
        return Applied(Ended.DONE, folder.name, (f"Run {folder.name[:6]} is kept.",))
    return _refuse(f"run {folder.name[:6]} waits no more: its time is over, and it is undone")
