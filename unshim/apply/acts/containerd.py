"""How containerd is, and whether it came back at least as well as it was."""

from __future__ import annotations

import json
import time

from unshim.apply.acts.units import run
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Probe, Turn

DEADLINE = 30.0
"""Seconds that a restarted containerd has to be as well as it was before."""


def probe(turn: Turn) -> Probe | None:
    """How containerd is, told by the recorded child; None where it does not answer."""
    command = turn.commands.get("probe")
    if not command:
        return None
    try:
        answer = json.loads(run(command, timeout=20))
    except (StepFailed, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def wait_not_worse(turn: Turn) -> None:
    """Wait until containerd is at least as well as `turn.probe`. Raises: StepFailed."""
    deadline = time.monotonic() + DEADLINE
    reason = "containerd does not answer after its restart"
    while time.monotonic() < deadline:
        now = probe(turn)
        if now is not None:
            reason = worse(turn.probe, now)
            if not reason:
                return
        if reason.startswith("tasks were lost"):
            break
        time.sleep(0.5)
    raise StepFailed(reason)


def worse(was: Probe | None, now: Probe) -> str:
    """What was well and is not any more, "" for nothing.

    A restart that ends tasks ends all of its unit's at once; a job that finishes or a container
    that crashes in the same seconds is not the restart's doing. So most of them must be gone.
    """
    if was is None:
        return ""
    lost = [tuple(t) for t in was["tasks"] if t not in now["tasks"]]
    if len(lost) * 2 > len(was["tasks"]):
        namespace, name, pid = lost[0]
        return f"tasks were lost by the restart, such as {namespace} {name} (process {pid})"
    down = sorted(set(was["plugins"]) - set(now["plugins"]))
    if down:
        return f"containerd came back without its plugin {down[0]}"
    if was["cri"] and not now["cri"]:
        return "containerd came back without its CRI service"
    return ""


def with_tasks_of(was: Probe | None, now: Probe | None) -> Probe | None:
    """What containerd must be after a later undo: as it was then, but with the tasks of now,
    since those of then may have ended in the meantime."""
    return {**was, "tasks": now["tasks"]} if was and now else was
