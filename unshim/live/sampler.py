"""Live samples of tasks and machine, for a screen that asks once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from unshim.host.host import Host
from unshim.live import cgroup as live_cgroup
from unshim.live.cgroup import Cgroup, Mounts, Usage
from unshim.live.metrics import Meter
from unshim.live.tasks import Key, Tracked, Tracker
from unshim.model.live import Event, HostLoad, Sample, TaskRow
from unshim.model.values import Missing, Why

FIRST_WAIT = 3.5
"""Seconds the first sample may wait for the daemon; later ones never wait."""


def open_sampler(host: Host) -> Sampler | Missing:
    """A sampler of this machine. Missing for a recorded node, which has no present."""
    if not host.live:
        return Missing(f"{host.origin} is not live", Why.NOT_RUNNING)
    from unshim.facts.containerd.containerd import locate

    place = locate(host)
    return Sampler(host, place.socket, place.root)


@dataclass(slots=True)
class _Follow:
    """One task while it lives: its cgroup, looked up once, and its last two readings."""

    pid: int
    started: float | None
    cgroup: Cgroup | None
    last: Usage | None = None
    before: Usage | None = None

    def take(self, usage: Usage | None) -> None:
        if usage is not None and (self.last is None or usage.at > self.last.at):
            self.before, self.last = self.last, usage


@dataclass(slots=True)
class Sampler:
    """Reads when asked; a daemon that is lost shows in the sample and heals by itself."""

    host: Host
    socket: str
    disk: str
    _tracker: Tracker = field(init=False)
    _meter: Meter = field(init=False)
    _follows: dict[Key, _Follow] = field(default_factory=dict)
    _mounts: Mounts = field(default_factory=live_cgroup.read_mounts)
    _boot: float = field(default_factory=live_cgroup.boot_time)
    _loads: int = 0

    def __post_init__(self) -> None:
        self._tracker = Tracker(self.host, self.socket)
        self._meter = Meter(self.host, self.socket)
        self._tracker.start()

    def sample(self) -> Sample:
        """The machine and its tasks now. Call it from one thread, about once a second."""
        tasks = self._tracker.tasks(FIRST_WAIT)
        rows: tuple[TaskRow, ...] | Missing
        if isinstance(tasks, Missing):
            rows = tasks
            self._meter.want(frozenset())
        else:
            for gone in self._follows.keys() - tasks.keys():
                del self._follows[gone]
            rows = tuple(self._row(key, task) for key, task in sorted(tasks.items()))
            blind = (k for k, f in self._follows.items() if f.pid and f.cgroup is None)
            self._meter.want(frozenset(blind))
        return Sample(time.monotonic(), rows, self._load(), self._tracker.daemon())

    def events(self, stop: threading.Event) -> Iterator[Event]:
        """containerd's events as they come, until `stop` is set; its death and return are two."""
        return self._tracker.events(stop)

    def close(self) -> None:
        self._tracker.close()
        self._meter.close()

    def _row(self, key: Key, task: Tracked) -> TaskRow:
        follow = self._follows.get(key)
        if follow is None or follow.pid != task.pid:
            follow = self._follows[key] = self._found(task.pid)
        measured = self._measure(key, follow)
        usage, before = follow.last, follow.before
        return TaskRow(
            namespace=task.namespace,
            id=task.id,
            pid=task.pid,
            status=task.status,
            image=task.meta.image,
            pod=task.meta.pod,
            container=task.meta.container,
            sandbox=task.meta.sandbox,
            started=follow.started,
            cpu=_rate(usage, before, "cpu", 100.0),
            memory=usage.memory if usage else None,
            limit=usage.limit if usage else None,
            pids=usage.pids if usage else None,
            read_rate=_rate(usage, before, "read"),
            write_rate=_rate(usage, before, "written"),
            measured=measured,
        )

    def _found(self, pid: int) -> _Follow:
        """Look a task's cgroup up, by its first process, while containerd names that process.

        The pid is used only here: afterwards the cgroup itself is read, which no other process
        can take over, and which goes away with its task.
        """
        if not pid:
            return _Follow(0, None, None)
        began = live_cgroup.started(pid, self._boot)
        cgroup = live_cgroup.cgroup_of(pid, self._mounts)
        same = live_cgroup.started(pid, self._boot) == began
        return _Follow(pid, began, cgroup if same and began is not None else None)

    def _measure(self, key: Key, follow: _Follow) -> str:
        """Take a reading; where it came from in a word, "" where there is none."""
        if not follow.pid:
            follow.last = follow.before = None
            return ""
        if follow.cgroup is not None:
            usage = follow.cgroup.read(time.monotonic())
            if usage is None:
                # The task is gone, or its cgroup was moved: look it up again next time.
                self._follows.pop(key, None)
                follow.last = follow.before = None
                return ""
            follow.take(usage)
            return "cgroup"
        follow.take(self._meter.usage(key))
        return "metrics" if follow.last else ""

    def _load(self) -> HostLoad:
        import psutil

        memory = psutil.virtual_memory()
        # The first answer has nothing to compare with, and is 0 for that reason alone.
        percent = psutil.cpu_percent(interval=None)
        self._loads += 1
        path = self.disk
        try:
            disk = psutil.disk_usage(path)
        except OSError:
            path = "/"
            disk = psutil.disk_usage(path)
        return HostLoad(
            cpu=percent if self._loads > 1 else None,
            memory_used=memory.total - memory.available,
            memory_total=memory.total,
            disk_path=path,
            disk_used=disk.used,
            disk_total=disk.total,
        )


def _rate(usage: Usage | None, before: Usage | None, name: str, scale: float = 1.0) -> float | None:
    """How fast a counter grows in a second; None without two readings, or after a reset."""
    if usage is None or before is None:
        return None
    new, old = getattr(usage, name), getattr(before, name)
    if new is None or old is None or new < old:
        return None
    return float((new - old) / (usage.at - before.at) * scale)
