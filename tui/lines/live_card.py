"""All that is known of a row of the live table, nothing cut: what it runs and what it uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.lines.live_rows import LiveRow
from tui.lines.text import Line, painted
from unshim.model.live import TaskRow, Usage
from unshim.tell import lines as telling
from unshim.tell.lines import BLANK, Breaks, Ink, line
from unshim.tell.units import age, count, of, percent, rate, size


def card(row: LiveRow, tasks: Sequence[TaskRow], now: float, width: int) -> list[Line]:
    """A row's own task, or each task of a pod, in lines of at most `width` cells."""
    told = [line((row.task.pod if row.depth == 0 and row.task.pod else row.name, Ink.STRONG))]
    for task in tasks:
        told += [BLANK, *_task(task, now)]
    return painted(told, width)


def tasks_of(row: LiveRow, tasks: Sequence[TaskRow]) -> tuple[TaskRow, ...]:
    """The tasks that a row stands for: its own, or a pod's, its sandbox last."""
    if row.depth or not row.task.pod:
        return tuple(t for t in tasks if (t.namespace, t.id) == (row.task.namespace, row.task.id))
    pod = (t for t in tasks if (t.namespace, t.pod) == (row.task.namespace, row.task.pod))
    return tuple(sorted(pod, key=lambda task: (task.sandbox, task.container)))


def _task(task: TaskRow, now: float) -> Iterator[telling.Line]:
    what = "sandbox" if task.sandbox else task.container or "task"
    kubelet = "" if task.pod else "   not kubelet's"
    up = "" if task.started is None else f" for {age(now - task.started)}"
    yield line((what, Ink.ACCENT), f"   {task.status}{up}{kubelet}")
    for name, value in (
        ("id", task.id),
        ("namespace", task.namespace),
        ("image", task.image or "not known"),
        ("process", str(task.pid or "none")),
    ):
        yield line((f"{name:<10}", Ink.DIM), value, breaks=Breaks.ANYWHERE)
    if task.measured:
        yield line((f"{'uses':<10}", Ink.DIM), _used(task.usage))


def _used(usage: Usage) -> str:
    memory = size(usage.memory)
    if usage.memory is not None and usage.limit is not None:
        memory = of(usage.memory, usage.limit)
    moved = f"reads {rate(usage.read)}, writes {rate(usage.written)}"
    return f"CPU {percent(usage.cpu)} %, memory {memory}, {count(usage.pids)} pids, {moved}"
