"""Live samples of tasks and machine, for a screen that asks once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from unshim.host.host import Host
from unshim.live import cgroup_places
from unshim.live.cgroup import Cgroup
from unshim.live.cgroup_places import Mounts
from unshim.live.entries import Key, TaskEntry
from unshim.live.metrics import MetricsAsker
from unshim.live.readings import Reading, rates
from unshim.live.tasks import TaskFollower
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
class TaskUsage:
    """What one task uses while it lives: its cgroup, looked up once, and its last two readings."""

    pid: int
    started: float | None
    cgroup: Cgroup | None
    last: Reading | None = None
    before: Reading | None = None

    def take(self, reading: Reading | None) -> None:
        """Keep a reading, where it is a newer one."""
        if reading is not None and (self.last is None or reading.at > self.last.at):
            self.before, self.last = self.last, reading


@dataclass(slots=True)
class Sampler:
    """Reads when asked; a daemon that is lost shows in the sample and heals by itself."""

    host: Host
    socket: str
    disk: str
    _follower: TaskFollower = field(init=False)
    _asker: MetricsAsker = field(init=False)
    _usages: dict[Key, TaskUsage] = field(default_factory=dict)
    _mounts: Mounts = field(default_factory=cgroup_places.read_mounts)
    _boot: float = field(default_factory=cgroup_places.boot_time)
    _loads: int = 0

    def __post_init__(self) -> None:
        self._follower = TaskFollower(self.host, self.socket)
        self._asker = MetricsAsker(self.host, self.socket)
        self._follower.start()

    def sample(self) -> Sample:
        """The machine and its tasks now. Call it from one thread, about once a second."""
        tasks = self._follower.tasks(FIRST_WAIT)
        rows: tuple[TaskRow, ...] | Missing
        if isinstance(tasks, Missing):
            rows = tasks
            self._asker.want(frozenset())
        else:
            for gone in self._usages.keys() - tasks.keys():
                del self._usages[gone]
            rows = tuple(self._row(key, task) for key, task in sorted(tasks.items()))
            blind = (k for k, u in self._usages.items() if u.pid and u.cgroup is None)
            self._asker.want(frozenset(blind))
        return Sample(time.monotonic(), rows, self._load(), self._follower.daemon())

    def events(self, stop: threading.Event) -> Iterator[Event]:
        """containerd's events as they come, until `stop` is set; its death and return are two."""
        return self._follower.events(stop)

    def close(self) -> None:
        self._follower.close()
        self._asker.close()

    def _row(self, key: Key, task: TaskEntry) -> TaskRow:
        task_usage = self._usages.get(key)
        if task_usage is None or task_usage.pid != task.pid:
            task_usage = self._usages[key] = self._looked_up(task.pid)
        measured = self._measure(key, task_usage)
        return TaskRow(
            namespace=task.namespace,
            id=task.id,
            pid=task.pid,
            status=task.status,
            image=task.meta.image,
            pod=task.meta.pod,
            container=task.meta.container,
            sandbox=task.meta.sandbox,
            started=task_usage.started,
            usage=rates(task_usage.last, task_usage.before),
            measured=measured,
        )

    def _looked_up(self, pid: int) -> TaskUsage:
        """Look a task's cgroup up, by its first process, while containerd names that process.

        The pid is used only here: afterwards the cgroup itself is read, which no other process
        can take over, and which goes away with its task.
        """
        if not pid:
            return TaskUsage(0, None, None)
        began = cgroup_places.started(pid, self._boot)
        cgroup = cgroup_places.cgroup_of(pid, self._mounts)
        same = cgroup_places.started(pid, self._boot) == began
        return TaskUsage(pid, began, cgroup if same and began is not None else None)

    def _measure(self, key: Key, task_usage: TaskUsage) -> str:
        """Take a reading; where it came from in a word, "" where there is none."""
        if not task_usage.pid:
            task_usage.last = task_usage.before = None
            return ""
        if task_usage.cgroup is not None:
            reading = task_usage.cgroup.read(time.monotonic())
            if reading is None:
                # The task is gone, or its cgroup was moved: look it up again next time.
                self._usages.pop(key, None)
                task_usage.last = task_usage.before = None
                return ""
            task_usage.take(reading)
            return "cgroup"
        task_usage.take(self._asker.reading(key))
        return "metrics" if task_usage.last else ""

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
