"""Carry out the steps of a run, see what came of them, or undo them. Runs as a process of its own,
so that neither a hang-up nor the end of the screens stops it half-way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unshim.apply import children
from unshim.apply.acts import containerd
from unshim.apply.choice import chosen
from unshim.apply.codec import CodecError, decode
from unshim.apply.failures import FAILURES, UNTOUCHED, reason_of
from unshim.apply.gated import gated
from unshim.apply.journal import Journal, begun, plan_of, records
from unshim.apply.kinds import kind_of
from unshim.apply.seen import seen
from unshim.apply.turn import Former, Probe, Turn
from unshim.model.plan import Disturbs
from unshim.model.session import Choice
from unshim.model.steps import Step, WriteFile

APPLIED, UNDONE, INCOMPLETE, REFUSED = 0, 4, 5, 6


def apply(folder: Path) -> int:
    """Carry out a run's steps in order, and look whether the node is as the plan expects. A step
    that fails takes back those before it, and a node that is not so all of them.

    Returns 0 as expected, 4 failed and undone, 5 failed and not fully undone, 6 refused before
    anything was changed.
    """
    try:
        plan, journal = plan_of(folder), Journal(folder)
    except (OSError, ValueError):
        return REFUSED  # nothing was changed, and its journal says nothing else
    try:
        steps = [decode(item) for item in plan["steps"]]
        former = [kind_of(step).note(step) for step in steps]
        was = containerd.probe(_turn(plan, folder, steps, 0))
        notes = _tried(plan, folder, steps)
        journal.add("prepared", before=former, probe=was, notes=notes)
    except (CodecError, *FAILURES) as error:
        journal.add("failed", reason=_reason(error), refused=True)
        return REFUSED
    done: list[int] = []
    try:
        for number, step in enumerate(steps):
            journal.add("intent", step=number)
            turn = _turn(plan, folder, steps, number, was)
            kind_of(step).do(step, former[number], turn)
            done.append(number)
            journal.add("done", step=number)
            was = _tasks_of_now(turn, was) if _drains(step) else was
        journal.add("applied")
    except Exception as error:  # whatever it is, the node must not stay half-way
        if not done and isinstance(error, UNTOUCHED):
            journal.add_if_possible("failed", reason=_reason(error), refused=True)
            return REFUSED
        untouched = len(done) if isinstance(error, UNTOUCHED) else None
        reason = _reason(error)
        journal.add_if_possible("failed", reason=reason, step=len(done), untouched=untouched)
        return take_back(folder, journal, upto=max(done, default=-1))
    if plan.get("expected") is None:
        return APPLIED
    return _verified(folder, plan, steps, former, journal)


def _tried(plan: dict[str, Any], folder: Path, steps: Sequence[Step]) -> tuple[str, ...]:
    """Try the new files on the programs that will read them, of a plan that expects something; what
    could not be tried. Raises: StepFailed where they must not be written."""
    if plan.get("expected") is None or not any(isinstance(step, WriteFile) for step in steps):
        return ()
    return gated(children.commands(plan, folder, ["gates"])["gates"])


def _verified(
    folder: Path,
    plan: dict[str, Any],
    steps: Sequence[Step],
    former: Sequence[Former],
    journal: Journal,
) -> int:
    """Look at the node, and take the run back where it is not as expected."""
    what = seen(children.commands(plan, folder, ["look"])["look"])
    if what.problem:
        journal.add_if_possible("failed", reason=what.problem, notes=what.notes)
        return take_back(folder, journal)
    journal.add_if_possible("verified", notes=what.notes)
    notes = _settle(folder, plan, steps, former)
    if notes:
        journal.add_if_possible("settled", notes=notes)
    return APPLIED


def _settle(
    folder: Path, plan: dict[str, Any], steps: Sequence[Step], former: Sequence[Former]
) -> list[str]:
    """Drop what was kept for an undo that needs no room. What stays is somebody's, and told."""
    notes = []
    for number, step in enumerate(steps):
        try:
            kind_of(step).settle(step, former[number], _turn(plan, folder, steps, number))
        except FAILURES as error:
            notes.append(reason_of(error))
    return notes


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, CodecError) else reason_of(error)


def _turn(
    plan: dict[str, Any],
    folder: Path,
    steps: Sequence[Step],
    number: int,
    probe: Probe | None = None,
) -> Turn:
    names = {name for step in steps for name in kind_of(step).children}
    return Turn(f"{folder.name}-{number}", children.commands(plan, folder, names), probe)


def _drains(step: Step) -> bool:
    """Whether it ends tasks by itself, which no restart after it did."""
    return kind_of(step).disturbs(step).rank >= Disturbs.DRAIN.rank


def _tasks_of_now(turn: Turn, was: Probe | None) -> Probe | None:
    return containerd.with_tasks_of(was, containerd.probe(turn))


def take_back(folder: Path, journal: Journal, upto: int | None = None) -> int:
    """Undo the steps that were begun, in the order of their kinds: files, then what must read them
    again. `upto` is the last step that was done, None for a run of before.

    Returns 4 when everything is back, 5 when something is not; what a person must do stands in
    the journal's last record.
    """
    plan = plan_of(folder)
    steps = [decode(item) for item in plan["steps"]]
    lines = records(folder)
    prepared = next((line for line in lines if line["state"] == "prepared"), None)
    if prepared is None:
        journal.add("undone", nothing=True)
        return UNDONE
    last = begun(lines) if upto is None else max(begun(lines), upto)
    was: Probe | None = prepared.get("probe")
    if upto is None or any(map(_drains, steps[: last + 1])):
        was = _tasks_of_now(_turn(plan, folder, steps, 0), was)
    journal.add_if_possible("undoing")
    problems = []
    choice, untouched = chosen(lines), [line.get("untouched") for line in lines]
    for number in undo_order(steps[: last + 1]):
        if number in untouched:
            continue
        journal.add_if_possible("undo-intent", step=number)
        turn = _turn(plan, folder, steps, number, was)
        problem = _undo(steps[number], prepared["before"][number] or {}, turn, choice)
        problems += [problem] if problem else []
        journal.add_if_possible("undone-step", step=number)
    if problems:
        journal.add_if_possible("broken", problems=problems)
        return INCOMPLETE
    journal.add_if_possible("undone")
    return UNDONE


def undo_order(steps: list[Step]) -> list[int]:
    """The numbers of the steps in the order they are undone in; where their kinds do not say, the
    last is undone first."""
    numbers = reversed(range(len(steps)))
    return sorted(numbers, key=lambda number: kind_of(steps[number]).undo_order(steps[number]))


def _undo(step: Step, former: Former, turn: Turn, choice: Choice) -> str:
    """Why a step could not be undone, "" where it was, or a person wants it left."""
    kind = kind_of(step)
    what = kind.touches(step)
    try:
        if what in choice.keep:
            kind.settle(step, former, turn)
        else:
            kind.undo(step, former, turn._replace(forced=what in choice.force))
    except FAILURES as error:
        return reason_of(error)
    return ""
