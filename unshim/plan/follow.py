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
from unshim.model.plan import Plan
from unshim.model.session import Progress
from unshim.model.steps import Step

Tell = Callable[[Progress], None]


def as_json(plan: Plan, expected: dict[str, Any] | None = None) -> dict[str, Any]:
    """The plan as the worker reads it, with the children it may start, and with what it is expected
    to come to (see plan/expected.py)."""
    wanted = {child for step in plan.steps for child in kind_of(step).children}
    return {
        "format": 1,
        "began": int(time.time()),
        "who": lock.who(),
        "checks": [f.check_id for f in plan.fixes],
        "disturbs": plan.disturbs.value,
        "steps": [encode(s) for s in plan.steps],
        "expected": expected,
        "commands": {name: argv for name, argv in children(plan).items() if name in wanted},
    }


def children(plan: Plan) -> dict[str, list[str]]:
    """The programs that a run may start, by the name that kinds of steps know them by; `probe`
    only where it is known which containerd to ask."""
    python = [sys.executable, "-I", "-m"]
    socket = plan.facts.get("containerd socket", "")
    probe = {"probe": [*python, "unshim.plan.probe", socket]} if socket else {}
    return {"images": [*python, "unshim.rpc.share"], **probe}


def follow(verb: str, folder: Path, steps: Sequence[Step], tell: Tell, held: int) -> int:
    """Run the worker's `apply` or `undo` on a run to its end and tell each record of its journal;
    its exit code, negative where a signal killed it.

    The worker has a session of its own, which an interrupt of ours does not reach, and `held`,
    the lock, which it keeps if we end first.
    """
    worker = subprocess.Popen(
        [sys.executable, "-I", "-m", "unshim.apply", verb, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=(held,),
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )
    seen = len(journal.records(folder))
    while True:
        ended = worker.poll()
        records = journal.records(folder)
        for record in records[seen:]:
            if record["state"] in ("intent", "done"):
                number = int(record["step"])
                done = record["state"] == "done"
                tell(Progress(number + 1, len(steps), command_of(steps[number]), done))
            elif record["state"] in ("undo-intent", "undone-step"):
                done = record["state"] == "undone-step"
                tell(_undone(steps, records, int(record["step"]), done))
        seen = len(records)
        if ended is not None:
            return ended
        time.sleep(0.05)


def _undone(
    steps: Sequence[Step], records: Sequence[Mapping[str, Any]], number: int, done: bool
) -> Progress:
    """A step on the way back: those that were begun are undone, in an order of their own."""
    begun = [int(r["step"]) for r in records if r["state"] == "intent"]
    order = undo_order(list(steps[: max(begun) + 1]))
    prepared = next(r for r in records if r["state"] == "prepared")
    step, former = steps[number], prepared["before"][number] or {}
    command = kind_of(step).undo_command(step, former) or f"leave as it is: {command_of(step)}"
    return Progress(order.index(number) + 1, len(order), command, done)


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
    if journal.state_of(folder) == "unfinished":
        return (f"it was killed half-way; try `unshim undo {folder.name[:6]}`",)
    return ("the journal could not be written; is the disk full?",)
