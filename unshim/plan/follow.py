"""The worker as its front follows it: started in a session of its own, told of by its journal."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from unshim.apply import guard, journal, lock, unit
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED, INCOMPLETE, REFUSED, UNDONE
from unshim.apply.kinds import command_of, kind_of
from unshim.apply.order import undo_order
from unshim.model import states
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Plan
from unshim.model.session import Progress
from unshim.model.steps import Step
from unshim.tell import runs

Tell = Callable[[Progress], None]


def as_json(
    plan: Plan, expected: dict[str, Any] | None = None, within: float = 0
) -> dict[str, Any]:
    """The plan as the worker reads it, with what it is expected to come to (see plan/expected.py),
    the containerd that it asks, and the seconds `within` which a person must confirm it."""
    return {
        "format": 1,
        "began": int(time.time()),
        "who": lock.who(),
        "checks": [f.check_id for f in plan.fixes],
        "disturbs": plan.disturbs.value,
        "steps": [encode(s) for s in plan.steps],
        "expected": expected,
        "confirm_within": within,
        "socket": plan.facts.get("containerd socket", ""),
    }


class Worker(NamedTuple):
    """A worker at work; `since` is how many records its run's journal had before it. With
    `in_unit` it is in a unit of systemd's, and `process` only ends when it does."""

    process: subprocess.Popen[bytes]
    since: int
    in_unit: bool


def start(verb: str, folder: Path, held: int, in_unit: bool | None = None) -> Worker:
    """Start the worker's `apply`, `undo`, `recover` or `confirm` on a run, in a unit of systemd's
    where that can be had. `held`, the lock, is handed over to it: it has it whatever becomes of us.
    Raises: OSError.

    It has a session of its own, which an interrupt of ours does not reach.
    """
    own = guard.possible(folder) if in_unit is None else in_unit
    since = len(journal.records(folder))
    process = subprocess.Popen(
        unit.worker(verb, folder) if own else unit.program(verb, folder),
        stdin=held,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=unit.environment(),
    )
    return Worker(process, since, own)


KILLED = -1
"""How a worker ended that did not come to an end of its run."""


def follow(worker: Worker, folder: Path, steps: Sequence[Step], tell: Tell) -> int:
    """Tell each record that a worker writes, to its end; its exit code, KILLED where it has none.

    Where systemd takes over the run of a worker that was killed, that is followed too.
    """
    seen, until = worker.since, 0.0
    while True:
        ended = worker.process.poll()
        records = journal.records(folder)
        for record in records[seen:]:
            progress = _progress(steps, records, record)
            if progress is not None:
                tell(progress)
        seen = len(records)
        if ended is not None:
            code = _code(folder, ended, worker.in_unit)
            now = time.monotonic()
            until = until or now + (TAKES_OVER if worker.in_unit and seen > worker.since else 0)
            if code != KILLED or (now > until and journal.state_of(folder) != states.RUNNING):
                return code
        time.sleep(0.05)


TAKES_OVER = 10.0
"""Seconds in which systemd has begun to undo the run of a worker that was killed."""
_CODES = {
    states.VERIFIED: APPLIED,
    states.WAITING: APPLIED,
    states.UNDONE: UNDONE,
    states.BROKEN: INCOMPLETE,
    states.REFUSED: REFUSED,
}


def _code(folder: Path, ended: int, in_unit: bool) -> int:
    """What a run came to: as its journal says, else as its worker did."""
    state = journal.state_of(folder)
    if state == states.APPLIED and journal.plan_of(folder).get("expected") is None:
        return APPLIED
    code = _CODES.get(state)
    if code is not None:
        return code
    return ended if not in_unit and ended in (UNDONE, INCOMPLETE, REFUSED) else KILLED


def until_confirmed(folder: Path, steps: Sequence[Step], tell: Tell) -> int:
    """The end of a run that waits for a person: it is confirmed, or systemd undoes it."""
    number = folder.name.partition("-")[0]
    tell(Progress(len(steps), len(steps), f"wait for `unshim confirm {number}`", False))
    seen = len(journal.records(folder))
    while journal.state_of(folder) in (states.WAITING, states.RUNNING, states.UNFINISHED):
        records = journal.records(folder)
        for record in records[seen:]:
            progress = _progress(steps, records, record)
            if progress is not None:
                tell(progress)
        seen = len(records)
        time.sleep(0.1)
    return _code(folder, KILLED, in_unit=True)


def _progress(
    steps: Sequence[Step], records: Sequence[Mapping[str, Any]], record: Mapping[str, Any]
) -> Progress | None:
    """What a record says of a step, None where it is of the whole run."""
    if record["state"] in ("intent", "done"):
        number, done = int(record["step"]), record["state"] == "done"
        return Progress(number + 1, len(steps), command_of(steps[number]), done)
    if record["state"] in ("undo-intent", "undone-step"):
        return _undone(steps, records, int(record["step"]), record["state"] == "undone-step")
    return None


def _undone(
    steps: Sequence[Step], records: Sequence[Mapping[str, Any]], number: int, done: bool
) -> Progress:
    """A step on the way back: those that were begun are undone, in an order of their own."""
    order = undo_order(list(steps[: journal.begun(records) + 1]))
    prepared = next(r for r in records if r["state"] == "prepared")
    step, former = steps[number], prepared["before"][number] or {}
    command = kind_of(step).undo_command(step, former) or f"leave as it is: {command_of(step)}"
    return Progress(order.index(number) + 1, len(order), command, done)


def notes_of(folder: Path) -> tuple[str, ...]:
    """What came of a run that was verified, what could not be tried before it, and what of
    somebody's was kept after it."""
    found = {str(record["state"]): record.get("notes") or () for record in journal.records(folder)}
    told = (found.get(state, ()) for state in ("verified", "prepared", "settled"))
    return tuple(str(note) for notes in told for note in notes)


def reasons_of(folder: Path) -> tuple[str, ...]:
    """Why a run ended as it did, and what is left to do by hand."""
    reasons: list[str] = []
    for record in journal.records(folder):
        if record["state"] == "failed":
            reasons.append(str(record["reason"]))
        elif record["state"] == "broken":
            reasons += [str(p) for p in record["problems"]]
    if reasons:
        return tuple(reasons)
    state = journal.state_of(folder)
    ways = "; ".join(runs.ways(folder.name, state))
    return (runs.means(folder.name, state) + (ways and f"; {ways}"),)
