"""The nouns of the live panes: one frozen sample of tasks, metrics and the machine. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing


class Usage(NamedTuple):
    """What a task or a pod uses; None is what is not known, or a limit that is not set.

    `memory` is the working set; it and `limit` are bytes. Of a task `cpu` is percent of one core,
    `read` and `written` are bytes a second. Of a reading these three count from the task's start:
    seconds of CPU, bytes.
    """

    cpu: float | None = None
    memory: int | None = None
    limit: int | None = None
    pids: int | None = None
    read: float | None = None
    written: float | None = None


class TaskRow(NamedTuple):
    """One task. Its rates are None until a second sample allows them.

    `pod` is `namespace/name` of the kubelet's pod, "" for a container that is not the kubelet's;
    `sandbox` is true for a pod's pause container. `started` is seconds since the epoch, None where
    not known. `measured` names where the numbers come from: "cgroup", "metrics", or "" where there
    are none.
    """

    namespace: str
    id: str
    pid: int
    status: str
    image: str
    pod: str
    container: str
    sandbox: bool
    started: float | None
    usage: Usage
    measured: str


class HostLoad(NamedTuple):
    """The machine: percent of all cores, bytes, and the disk that holds containerd's root."""

    cpu: float | None
    memory_used: int
    memory_total: int
    disk_path: str
    disk_used: int
    disk_total: int


class Sample(NamedTuple):
    """One reading. `tasks` is Missing where the daemon was not asked; `at` is monotonic seconds."""

    at: float
    tasks: tuple[TaskRow, ...] | Missing
    host: HostLoad
    daemon: str = ""


class Event(NamedTuple):
    """One containerd event, in words. `at` is seconds since the epoch."""

    at: float
    namespace: str
    topic: str
    subject: str
