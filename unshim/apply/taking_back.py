"""Undo the steps of a run: from its journal alone, after whatever cut it off."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.apply import guard
from unshim.apply.choice import chosen, notes
from unshim.apply.ends import INCOMPLETE, UNDONE
from unshim.apply.failures import FAILURES, reason_of
from unshim.apply.journal import begun, records
from unshim.apply.kinds import kind_of
from unshim.apply.order import undo_order
from unshim.apply.records import Record
from unshim.apply.task import Task, drains
from unshim.apply.turn import Former, Probe, Turn
from unshim.model.runs import Choice
from unshim.model.steps import Step

STANDS = ("applied", "verified", "confirmed", "settled")
"""Records after which a run stands, and may be undone in part."""


def take_back(task: Task, upto: int | None = None, *, booting: bool = False) -> int:
    """Undo the steps that were begun, in the order of their kinds: files, then what must read them
    again. `upto` is the last step that was done, None for a run of before. While the machine is
    `booting`, nothing is waited for, and what needs daemons is left for when they are up.

    Returns 4 when everything is back, 5 when something is not; what a person must do stands in
    the journal's last record.
    """
    journal = task.journal
    lines = records(task.folder)
    prepared = next((line for line in lines if line["state"] == "prepared"), None)
    if prepared is None:
        journal.add("undone", nothing=True)
        guard.end(task.folder)
        return UNDONE
    last = begun(lines) if upto is None else max(begun(lines), upto)
    was: Probe | None = prepared.get("probe")
    drained = any(map(drains, task.steps[: last + 1]))
    if (upto is None or drained) and not booting:
        was = task.tasks_of_now(was)
    already = _undone_at_boot(lines)
    journal.add_if_possible("undoing", **({"booting": True} if booting else {}))
    choice, untouched = chosen(lines), [line.get("untouched") for line in lines]
    problems, later = [], False
    for number in undo_order(task.steps[: last + 1]):
        step = task.steps[number]
        concerned = choice.concerns(kind_of(step).touches(step))
        if number in already or number in untouched or not concerned:
            continue
        if booting and not kind_of(step).at_boot:
            later = True
            continue
        journal.add_if_possible("undo-intent", step=number)
        turn = task.turn(number, was, booting)
        problem = _undo(step, prepared["before"][number] or {}, turn, choice)
        problems += [problem] if problem else []
        journal.add_if_possible("undone-step", step=number, **({"bad": True} if problem else {}))
    if later:
        guard.finish_later(task.folder)
        return UNDONE
    if problems:
        journal.add_if_possible("broken", problems=problems)
    elif choice.only:
        stood = next(line["state"] for line in reversed(lines) if line["state"] in STANDS)
        journal.add_if_possible(stood, notes=notes(choice))
    else:
        journal.add_if_possible("undone")
    guard.end(task.folder)
    return INCOMPLETE if problems else UNDONE


def _undone_at_boot(lines: Sequence[Record]) -> frozenset[int]:
    """The steps that were undone well while the machine booted, if that was the last that was
    done: daemons have read their old files by then."""
    found: set[int] = set()
    booting = False
    for line in lines:
        if line["state"] == "undoing":
            booting, found = bool(line.get("booting")), set()
        elif line["state"] == "undone-step" and booting and not line.get("bad"):
            found.add(int(line["step"]))
    return frozenset(found)


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
