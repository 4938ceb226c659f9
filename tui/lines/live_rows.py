"""The live table as rows: pods over their containers, in an order, some folded, some filtered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.lines.filtering import matches
from unshim.model.live import TaskRow, Usage

Order = Callable[[TaskRow], object]
"""What rows are sorted by; the smallest stands first, and what is not known (None) always last."""


@dataclass(slots=True)
class Sorting:
    """By which column's word, "" for the view's own, and whether the other way round."""

    by: str = ""
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One row. A pod's is its sandbox, or its first task, using what all its tasks do.

    `depth` is 1 for a container under its pod; `folded` is None for a row that has none below.
    """

    key: str
    name: str
    depth: int
    folded: bool | None
    task: TaskRow


@dataclass(slots=True)
class _Group:
    """A pod's tasks, or one task that is not a pod's."""

    pod: str
    tasks: list[TaskRow] = field(default_factory=list)


def arranged(
    tasks: Iterable[TaskRow],
    order: Order,
    folded: Collection[str],
    words: str = "",
    reverse: bool = False,
) -> list[LiveRow]:
    """Rows in the order to show them; a filter keeps a pod when any of its tasks matches."""
    groups: dict[str, _Group] = {}
    for task in tasks:
        key = f"{task.namespace} {task.pod or task.id}"
        groups.setdefault(key, _Group(task.pod)).tasks.append(task)
    pairs = [_rows(key, group, folded) for key, group in groups.items() if _is_kept(group, words)]
    below = {head.key: others for head, others in pairs if not head.folded}
    rows: list[LiveRow] = []
    for head in _sorted([head for head, _ in pairs], order, reverse):
        rows += [head, *_sorted(below.get(head.key, []), order, reverse)]
    return rows


def _sorted(rows: Sequence[LiveRow], order: Order, reverse: bool) -> list[LiveRow]:
    placed = [(order(row.task), natural(row.name), row.key, row) for row in rows]
    known = sorted([p for p in placed if p[0] is not None], key=_place, reverse=reverse)
    unknown = sorted((p for p in placed if p[0] is None), key=_place)
    return [row for *_, row in (*known, *unknown)]


def _place(placed: tuple[Any, ...]) -> tuple[Any, ...]:
    return placed[:3] if placed[0] is not None else placed[1:3]


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A name's place among others: worker-2 stands before worker-10."""
    parts = re.split(r"([0-9]+)", name)
    return tuple((int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts))


def _is_kept(group: _Group, words: str) -> bool:
    return not words or any(
        matches(words, f"{t.namespace} {t.pod} {t.container} {t.id} {t.image} {t.status} {t.pid}")
        for t in group.tasks
    )


def _rows(key: str, group: _Group, folded: Collection[str]) -> tuple[LiveRow, list[LiveRow]]:
    """A group's own row and those below it."""
    if not group.pod:
        return (_row(group.tasks[0], 0), [])
    first = next((t for t in group.tasks if t.sandbox), group.tasks[0])
    containers = [t for t in group.tasks if not t.sandbox]
    whole = first._replace(usage=summed(group.tasks))
    head = LiveRow(key, group.pod, 0, key in folded if containers else None, whole)
    return (head, [_row(task, 1) for task in containers])


_HASH = re.compile("[0-9a-f]{64}").fullmatch
"""Ids that no person gave: their first letters tell them apart."""


def _row(task: TaskRow, depth: int) -> LiveRow:
    name = task.container or (task.id[:12] if _HASH(task.id) else task.id)
    return LiveRow(f"{task.namespace} {task.pod} {task.id}", name, depth, None, task)


def summed(tasks: Sequence[TaskRow]) -> Usage:
    """What the tasks of a pod use together: the sums of what is known, None where nothing is.

    A pod has a limit where each of its containers has one.
    """
    names = Usage._fields
    total = Usage(**{name: _sum(getattr(t.usage, name) for t in tasks) for name in names})
    limits = [t.usage.limit for t in tasks if not t.sandbox]
    return total if limits and None not in limits else total._replace(limit=None)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
