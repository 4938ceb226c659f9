"""The live table as rows: pods over their containers, in an order, some folded, some filtered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tui.widgets.filter import matches
from unshim.model.live import TaskRow
from unshim.model.values import StrEnum


class Sort(StrEnum):
    CPU = "CPU"
    MEMORY = "memory"
    PIDS = "pids"
    READ = "read"
    WRITE = "write"
    NAME = "name"
    NAMESPACE = "namespace"
    STATUS = "status"
    UP = "uptime"


@dataclass(frozen=True, slots=True)
class Shown:
    """One row. A pod's row holds the sums of its tasks, its sandbox among them.

    `depth` is 1 for a container under its pod; `folded` is None for a row that has none below.
    """

    key: str
    name: str
    depth: int
    folded: bool | None
    task: TaskRow
    cpu: float | None
    memory: int | None
    limit: int | None
    pids: int | None
    read: float | None
    write: float | None


@dataclass(slots=True)
class _Group:
    """A pod's tasks, or one task that is no pod's."""

    pod: str
    tasks: list[TaskRow] = field(default_factory=list)


def arranged(
    tasks: Iterable[TaskRow], sort: Sort, folded: Collection[str], words: str = ""
) -> list[Shown]:
    """Rows in the order to show them; a filter keeps a pod when any of its tasks matches."""
    groups: dict[str, _Group] = {}
    for task in tasks:
        key = f"{task.namespace} {task.pod or task.id}"
        groups.setdefault(key, _Group(task.pod)).tasks.append(task)
    pairs = [_rows(key, group, folded) for key, group in groups.items() if _kept(group, words)]
    order = _ORDERS[sort]
    pairs.sort(key=lambda pair: (*order(pair[0]), pair[0].name, pair[0].key))
    rows: list[Shown] = []
    for head, below in pairs:
        rows.append(head)
        if not head.folded:
            rows += sorted(below, key=lambda row: (*order(row), row.name, row.key))
    return rows


def _kept(group: _Group, words: str) -> bool:
    return not words or any(
        matches(words, f"{t.namespace} {t.pod} {t.container} {t.id} {t.image} {t.status} {t.pid}")
        for t in group.tasks
    )


def _rows(key: str, group: _Group, folded: Collection[str]) -> tuple[Shown, list[Shown]]:
    """A group's own row and those below it."""
    if not group.pod:
        return (_row(group.tasks[0], 0), [])
    tasks = group.tasks
    first = next((t for t in tasks if t.sandbox), tasks[0])
    containers = [t for t in tasks if not t.sandbox]
    head = Shown(
        key,
        group.pod,
        0,
        key in folded if containers else None,
        first,
        _total(t.cpu for t in tasks),
        _whole(_total(t.memory for t in tasks)),
        _limits(containers),
        _whole(_total(t.pids for t in tasks)),
        _total(t.read_rate for t in tasks),
        _total(t.write_rate for t in tasks),
    )
    return (head, [_row(task, 1) for task in containers])


def _row(t: TaskRow, depth: int) -> Shown:
    name = t.container or t.id[:24]
    return Shown(
        f"{t.namespace} {t.pod} {t.id}",
        name,
        depth,
        None,
        t,
        t.cpu,
        t.memory,
        t.limit,
        t.pids,
        t.read_rate,
        t.write_rate,
    )


def _total(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _limits(tasks: Sequence[TaskRow]) -> int | None:
    """A pod's limit is the sum of its containers', where each has one."""
    limits = [task.limit for task in tasks]
    known = [limit for limit in limits if limit is not None]
    return sum(known) if known and len(known) == len(limits) else None


def _down(get: Callable[[Shown], float | None]) -> Callable[[Shown], tuple[object, ...]]:
    """The largest first, what is not known last."""
    return lambda row: (-(value if (value := get(row)) is not None else -1.0),)


_ORDERS: dict[Sort, Callable[[Shown], tuple[object, ...]]] = {
    Sort.CPU: _down(lambda row: row.cpu),
    Sort.MEMORY: _down(lambda row: row.memory),
    Sort.PIDS: _down(lambda row: row.pids),
    Sort.READ: _down(lambda row: row.read),
    Sort.WRITE: _down(lambda row: row.write),
    Sort.NAME: lambda row: (),
    Sort.NAMESPACE: lambda row: (row.task.namespace,),
    Sort.STATUS: lambda row: (row.task.status,),
    Sort.UP: lambda row: (row.task.started or float("inf"),),
}
