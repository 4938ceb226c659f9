"""The worker as its front follows it: started in a session of its own, told of by its journal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from unshim.apply import journal, lock
from unshim.apply.codec import encode
from unshim.apply.kinds import command_of, kind_of
from unshim.apply.work import undo_order
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Plan
from unshim.model.session import Progress
from unshim.model.steps import Step
from unshim.tell import runs

Tell = Callable[[Progress], None]


def as_json(plan: Plan, expected: dict[str, Any] | None = None) -> dict[str, Any]:
    """The plan as the worker reads it, with what it is expected to come to (see plan/expected.py),
    and the containerd that it asks."""
    return {
        "format": 1,
        "began": int(time.time()),
        "who": lock.who(),
        "checks": [f.check_id for f in plan.fixes],
        "disturbs": plan.disturbs.value,
        "steps": [encode(s) for s in plan.steps],
        "expected": expected,
        "socket": plan.facts.get("containerd socket", ""),
    }


class Worker(NamedTuple):
    """A worker at work; `since` is how many records its run's journal had before it."""

    process: subprocess.Popen[bytes]
    since: int


def start(verb: str, folder: Path, held: int) -> Worker:
    """Start the worker's `apply`, `undo` or `recover` on a run. `held`, the lock, is handed over to
    it: it has it whatever becomes of us. Raises: OSError.

    It has a session of its own, which an interrupt of ours does not reach.
    """
    since = len(journal.records(folder))
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "unshim.apply", verb, str(folder)],
        stdin=held,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )
    return Worker(process, since)


def follow(worker: Worker, folder: Path, steps: Sequence[Step], tell: Tell) -> int:
    """Tell each record that a worker writes, to its end; its exit code, negative where a signal
    killed it."""
    seen = worker.since
    while True:
        ended = worker.process.poll()
        records = journal.records(folder)
        for record in records[seen:]:
            progress = _progress(steps, records, record)
            if progress is not None:
                tell(progress)
        seen = len(records)
        if ended is not None:
            return ended
        time.sleep(0.05)


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
    """What came of a run that was verified, and what there is to know of it."""
    records = journal.records(folder)
    verified = [record for record in records if record["state"] == "verified"]
    return tuple(str(note) for note in verified[-1].get("notes", ())) if verified else ()


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
