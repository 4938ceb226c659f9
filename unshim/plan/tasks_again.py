"""Whether containerd is after a change at least what it was before. Pure judgement."""

from __future__ import annotations

from collections.abc import Collection

from unshim.apply.acts.containerd import worse
from unshim.apply.turn import Probe
from unshim.model.nouns import NamedTuple

DOCKER_S = "moby"
"""containerd's namespace for what Docker runs."""


class Task(NamedTuple):
    namespace: str
    id: str
    pid: int


def tasks_in(probe: Probe | None) -> frozenset[Task]:
    """What runs in containerd."""
    return frozenset(Task(*task) for task in probe["tasks"]) if probe else frozenset()


def less(was: Probe | None, now: Probe | None) -> str:
    """What containerd could do and cannot any more, "" for nothing."""
    if was is None:
        return ""
    if now is None:
        return "containerd does not answer"
    return worse({**was, "tasks": []}, now)


def ended(was: Probe | None, now: Probe | None, of_pods: Collection[str]) -> tuple[Task, ...]:
    """The tasks that ran and do not, those aside that belong to pods, which are asked for by the
    place they fill."""
    return tuple(sorted(t for t in tasks_in(was) - tasks_in(now) if t.id not in of_pods))


def missing(tasks: Collection[Task]) -> str:
    """That these tasks do not run any more, in words."""
    first = min(tasks)
    more = f" and {len(tasks) - 1} more" if len(tasks) > 1 else ""
    name = f"{first.namespace}/{first.id} (process {first.pid})"
    return f"the task {name}{more} ran before and does not now"
