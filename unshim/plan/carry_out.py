"""Applying and undoing as a person asks for them: what may be done, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from unshim.apply import journal, lock
from unshim.apply.trust import untrusted
from unshim.model.plan import Plan
from unshim.model.session import Applied, Ended, Look
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.expected import Expected, expected_of, to_json
from unshim.plan.follow import Tell, as_json, follow, reasons_of
from unshim.plan.stale import basis_of, stale
from unshim.plan.verify import verify

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


_ENDED = {0: Ended.DONE, 4: Ended.UNDONE, 5: Ended.INCOMPLETE, 6: Ended.REFUSED}


def _refuse(*reasons: str) -> Applied:
    return Applied(Ended.REFUSED, "", reasons)


def why_not(engine: Engine) -> str:
    """Why nothing can be applied here at all, "" where it can."""
    if engine.only_reads or not engine.host.live:
        return "this is not the machine itself; changes are made on the node"
    if os.geteuid() != 0:
        return "not root: run it with sudo"
    return ""


def apply_plan(engine: Engine, plan: Plan, tell: Tell) -> Applied:
    """Carry out a plan that was shown. Whatever the end, the node is as the forecast says or as
    it was before, or the words say what is left to do by hand."""
    reason = why_not(engine)
    if reason:
        return _refuse(reason)
    if not plan.steps:
        return Applied(Ended.NOTHING, "", ("nothing to do",))
    try:
        held = lock.take()
    except (lock.Locked, OSError) as error:
        return _refuse(str(error))
    try:
        reason = _in_the_way()
        if reason:
            return _refuse(reason)
        changed = stale(basis_of(plan), basis_of(engine.plan([f.check_id for f in plan.fixes])))
        if changed:
            return _refuse(f"the node changed since this plan was made: {changed}")
        expected = expected_of(plan, engine.look())
        try:
            folder = journal.new_run(as_json(plan, to_json(expected)))
        except OSError as error:
            return _refuse(f"the journal cannot be written: {error.strerror}")
        return _apply(engine, plan, expected, folder, tell, held)
    finally:
        os.close(held)


def _untrusted(*runs: Path) -> str:
    strange = untrusted(journal.STATE, *runs)
    return strange and f"{strange}: the runs in {journal.STATE} may be somebody else's"


def _in_the_way() -> str:
    """What in the journal forbids another run, "" for nothing. Raises: OSError."""
    reason = _untrusted()
    if reason:
        return reason
    states = {folder: journal.state_of(folder) for folder in journal.folders()}
    for folder, state in states.items():
        if state == "unfinished":
            return f"run {folder.name} was cut off half-way; first `unshim undo` it"
        if state == journal.UNREADABLE:
            return undo.not_a_file(folder)
    return ""


def _apply(
    engine: Engine, plan: Plan, expected: Expected, folder: Path, tell: Tell, held: int
) -> Applied:
    code = follow("apply", folder, plan.steps, tell, held)
    if code not in _ENDED:
        journal.Journal(folder).add_if_possible("failed", reason="the worker was killed")
        code = follow("undo", folder, plan.steps, tell, held)
    if code:
        return Applied(_ENDED.get(code, Ended.INCOMPLETE), folder.name, reasons_of(folder))
    problem = verify(engine.look, expected)
    if not problem:
        journal.Journal(folder).add_if_possible("verified")
        return Applied(Ended.DONE, folder.name, _cure_lines(plan))
    journal.Journal(folder).add_if_possible("failed", reason=problem)
    code = follow("undo", folder, plan.steps, tell, held)
    ended = Ended.UNDONE if code == 4 else Ended.INCOMPLETE
    return Applied(ended, folder.name, (problem, *reasons_of(folder)[1:]))


def _cure_lines(plan: Plan) -> tuple[str, ...]:
    names = sorted({f.check_id for f in plan.fixes})
    return tuple(f"{name} now passes" for name in names)


def undo_run(engine: Engine, run: str, tell: Tell) -> Applied:
    """Take a run back; "" for the newest that stands."""
    reason = why_not(engine)
    if reason:
        return _refuse(reason)
    try:
        held = lock.take()
    except (lock.Locked, OSError) as error:
        return _refuse(str(error))
    try:
        folder = undo.chosen(run)
        if isinstance(folder, Missing):
            return _refuse(folder.reason)
        reason = _untrusted(folder)
        if reason:
            return _refuse(reason)
        reason = undo.why_not(folder)
        if reason:
            return _refuse(reason)
        code = follow("undo", folder, undo.steps_of(folder), tell, held)
        if code == 4:
            return Applied(Ended.DONE, folder.name, (f"Run {folder.name[:6]} is undone.",))
        return Applied(Ended.INCOMPLETE, folder.name, reasons_of(folder))
    except (OSError, ValueError) as error:
        return _refuse(f"the journal cannot be read: {error}")
    finally:
        os.close(held)
