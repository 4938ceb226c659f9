"""Carry out the steps of a run, and see what came of them. Runs as a process of its own, so that
neither a hang-up nor the end of the screens stops it half-way."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import guard, restore_sh
from unshim.apply.codec import CodecError
from unshim.apply.ends import APPLIED, REFUSED
from unshim.apply.failures import FAILURES, UNTOUCHED, reason_of
from unshim.apply.journal import Journal
from unshim.apply.kinds import kind_of
from unshim.apply.taking_back import take_back
from unshim.apply.task import Task, drains
from unshim.apply.turn import Former, Probe


def apply(folder: Path, journal: Journal) -> int:
    """Carry out a run's steps in order, and look whether the node is as the plan expects. A step
    that fails takes back those before it, and a node that is not so all of them.

    Returns 0 as expected, 4 failed and undone, 5 failed and not fully undone, 6 refused before
    anything was changed.
    """
    try:
        task = Task.of(folder, journal)
        former = tuple(kind_of(step).note(step) for step in task.steps)
        was = task.probe()
        notes = task.gates()
        restore_sh.write(folder, task.steps, former)
        journal.add("prepared", before=former, probe=was, notes=notes)
        guard.begin(task)
    except (CodecError, *FAILURES) as error:
        journal.add("failed", reason=_reason(error), refused=True)
        return REFUSED
    return _carry_out(task, former, was)


def _carry_out(task: Task, former: tuple[Former, ...], was: Probe | None) -> int:
    journal = task.journal
    done: list[int] = []
    try:
        for number, step in enumerate(task.steps):
            journal.add("intent", step=number)
            kind_of(step).do(step, former[number], task.turn(number, was))
            done.append(number)
            journal.add("done", step=number)
            was = task.tasks_of_now(was) if drains(step) else was
        journal.add("applied")
    except Exception as error:  # whatever it is, the node must not stay half-way
        if not done and isinstance(error, UNTOUCHED):
            journal.add_if_possible("failed", reason=_reason(error), refused=True)
            guard.end(task.folder)
            return REFUSED
        untouched = len(done) if isinstance(error, UNTOUCHED) else None
        reason = _reason(error)
        journal.add_if_possible("failed", reason=reason, step=len(done), untouched=untouched)
        return take_back(task, upto=max(done, default=-1))
    if task.looks:
        what = task.look()
        if what.problem:
            journal.add_if_possible("failed", reason=what.problem, notes=what.notes)
            return take_back(task)
        journal.add_if_possible("verified", notes=what.notes)
    if task.within:
        return _wait(task)
    if task.looks:
        task.settle(former)
    guard.end(task.folder)
    return APPLIED


def _wait(task: Task) -> int:
    """Leave the run to a person, who confirms it in time; else systemd has it undone."""
    try:
        guard.arm(task, "waiting", guard.CONFIRM, task.within)
    except FAILURES as error:
        reason = f"nothing could undo it unless it is confirmed: {reason_of(error)}"
        task.journal.add_if_possible("failed", reason=reason)
        return take_back(task)
    guard.disarm(task.folder, guard.REVERT)
    return APPLIED


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, CodecError) else reason_of(error)
