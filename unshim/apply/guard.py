"""What ends a run when nobody else does: a timer of systemd's that undoes it where it is neither
verified nor confirmed in time, and a unit that does so at the next boot."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from unshim.apply import boot, unit
from unshim.apply.failures import StepFailed
from unshim.apply.journal import STATE
from unshim.apply.kinds import kind_of
from unshim.apply.seen import DEADLINE as LOOKING
from unshim.apply.task import Task
from unshim.model.disturbs import Disturbs

SPARE = 60.0
"""Seconds that a run may take beside its steps."""
AFTER_BOOT = 60.0
"""Seconds after which the daemons that a boot starts should be up."""
REVERT, CONFIRM, FINISH = "revert", "confirm", "finish"
"""The timers of a run: while it goes on, while it waits for a person, and after a boot."""


def possible(folder: Path) -> bool:
    """Whether systemd can be asked to watch over this run."""
    return folder.parent.parent == STATE and unit.available()


def begin(task: Task) -> None:
    """Have the run undone when its worker does not come to an end in time, or at the next boot.
    Raises: StepFailed, OSError, where that cannot be had and a step disturbs what runs."""
    if not possible(task.folder):
        return
    try:
        boot.stand(task.folder)
        arm(task, "armed", REVERT, _seconds(task))
    except (StepFailed, OSError):
        if any(kind_of(s).disturbs(s) is not Disturbs.NOTHING for s in task.steps):
            end(task.folder)
            raise


def watch_undo(task: Task) -> None:
    """Have an undo that is cut off carried through, as far as that can be had."""
    if possible(task.folder):
        with suppress(StepFailed, OSError):
            disarm(task.folder, REVERT, CONFIRM)
            boot.stand(task.folder)
            unit.start_timer(task.folder, REVERT, _seconds(task))


def _seconds(task: Task) -> float:
    each = sum(kind_of(step).longest(step) for step in task.steps)
    return SPARE + each + LOOKING * task.looks


def arm(task: Task, state: str, timer: str, seconds: float) -> None:
    """Start a timer that undoes the run, and note its deadline. Raises: StepFailed, OSError."""
    deadline = time.clock_gettime(time.CLOCK_BOOTTIME) + seconds
    unit.start_timer(task.folder, timer, seconds)
    task.journal.add(state, deadline=round(deadline, 3), boot=boot_id(), seconds=seconds)


def disarm(folder: Path, *timers: str) -> None:
    """Stop timers of a run. One that cannot be stopped will find nothing to do."""
    for timer in timers:
        with suppress(StepFailed):
            unit.stop_timer(folder, timer)


def finish_later(folder: Path) -> None:
    """Have the rest of an undo done when the daemons are up."""
    if possible(folder):
        with suppress(StepFailed):
            unit.start_timer(folder, FINISH, AFTER_BOOT)


def end(folder: Path) -> None:
    """Nothing watches over the run any more: it has come to its end."""
    if possible(folder):
        disarm(folder, REVERT, CONFIRM)
        with suppress(OSError):
            boot.lift(folder)


def boot_id() -> str:
    """Which boot of the machine this is, "" where that cannot be read."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def is_over(record: Mapping[str, Any]) -> bool:
    """Whether the deadline of this record has passed, or the machine was started since."""
    if record.get("boot") != boot_id():
        return True
    return time.clock_gettime(time.CLOCK_BOOTTIME) >= float(record["deadline"])
