"""Samples that were taken of a node, kept with its record, and shown again in a loop."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

from unshim.model.live import HostLoad, Sample, TaskRow, Usage
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Why
from unshim.text.bounded_json import loads as bounded_loads

FORMAT = 1
_LIMIT = 600
"""Samples that a record may hold."""


class Taken(NamedTuple):
    """A sample and when it was taken, in seconds since the epoch."""

    at: float
    sample: Sample


def dumps(taken: Iterable[Taken]) -> bytes:
    """Samples as JSON. What of a task stays the same stands once, and is named by its number."""
    same: dict[tuple[object, ...], int] = {}
    samples = []
    for at, sample in taken:
        rows = () if isinstance(sample.tasks, Missing) else sample.tasks
        numbered = [
            [same.setdefault(_same(row), len(same)), *map(_short, row.usage)] for row in rows
        ]
        host = [_short(value) for value in sample.host]
        samples.append({"at": at, "daemon": sample.daemon, "host": host, "tasks": numbered})
    document = {"format": FORMAT, "tasks": list(same), "samples": samples}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _same(row: TaskRow) -> tuple[object, ...]:
    return tuple(value for name, value in row._asdict().items() if name != "usage")


def _short(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value


def loads(data: bytes) -> tuple[Taken, ...]:
    """The samples of such JSON, in their order. Raises: ValueError for anything else."""
    try:
        document = bounded_loads(data)
        if document["format"] != FORMAT or not 0 < len(document["samples"]) <= _LIMIT:
            raise ValueError("not samples of this release of unshim")
        tasks = [_task(values) for values in document["tasks"]]
        return tuple(_taken(item, tasks) for item in document["samples"])
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError("not samples of a node") from error


def _task(values: Sequence[Any]) -> TaskRow:
    namespace, key, pid, status, image, pod, container, sandbox, started, measured = values
    words = (namespace, key, status, image, pod, container, measured)
    if not all(isinstance(word, str) for word in words) or not isinstance(pid, int):
        raise TypeError("a task is not of this shape")
    since = None if started is None else float(started)
    return TaskRow(
        namespace, key, pid, status, image, pod, container, bool(sandbox), since, Usage(), measured
    )


def _taken(item: Any, tasks: Sequence[TaskRow]) -> Taken:
    rows = tuple(_used(tasks[number], usage) for number, *usage in item["tasks"])
    cpu, used, total, path, disk, of = item["host"]
    host = HostLoad(_number(cpu), int(used), int(total), str(path), int(disk), int(of))
    at = float(item["at"])
    return Taken(at, Sample(at, rows, host, str(item["daemon"])))


def _used(task: TaskRow, usage: Sequence[Any]) -> TaskRow:
    cpu, memory, limit, pids, read, written = map(_number, usage)
    used = Usage(cpu, _whole(memory), _whole(limit), _whole(pids), read, written)
    return task._replace(usage=used)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


class Replay:
    """Gives the samples one after another, as a live sampler does, and begins again at the end.

    Times are moved to now, so that what ran for an hour then is shown to have run for an hour.
    """

    def __init__(self, taken: Sequence[Taken]) -> None:
        self._taken = taken
        self._next = 0

    def sample(self) -> Sample:
        """The next of them."""
        at, sample = self._taken[self._next]
        self._next = (self._next + 1) % len(self._taken)
        later = time.time() - at
        return sample._replace(at=time.monotonic(), tasks=_moved(sample.tasks, later))

    def close(self) -> None:
        """There is nothing to let go."""


def _moved(tasks: tuple[TaskRow, ...] | Missing, later: float) -> tuple[TaskRow, ...] | Missing:
    if isinstance(tasks, Missing):
        return tasks
    return tuple(
        task if task.started is None else task._replace(started=task.started + later)
        for task in tasks
    )


def open_replay(data: bytes, origin: str) -> Replay | Missing:
    """A replay of a record's samples. Missing where they are not of this shape."""
    try:
        return Replay(loads(data))
    except ValueError as error:
        return Missing(f"{origin}: {error}", Why.UNREADABLE)
