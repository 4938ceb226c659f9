"""Numbers of tasks whose cgroup cannot be read here: asked of containerd, seldom and in small lots.

One shim that hangs keeps Tasks.Metrics from answering for every task that is asked for in the same
call: so a call asks for a few only, and has a deadline.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unshim.host.host import Host, RpcError
from unshim.live.cgroup import UNLIMITED
from unshim.live.readings import Reading
from unshim.model.live import Usage
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import decode_as, visible_text

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb
    from unshim.rpc import metrics_pb2

ASK_SECONDS = 5.0
LOT = 25
DEADLINE = 2.0

Key = tuple[str, str]


@dataclass(slots=True)
class MetricsAsker:
    """Asks in a thread of its own, which begins with the first task that is wanted."""

    host: Host
    socket: str
    _wanted: frozenset[Key] = frozenset()
    _readings: dict[Key, Reading] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def want(self, keys: frozenset[Key]) -> None:
        self._wanted = keys
        if keys and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="unshim-metrics", daemon=True)
            self._thread.start()

    def reading(self, key: Key) -> Reading | None:
        """The last reading, by containerd's clock; None where there is none."""
        return self._readings.get(key)

    def close(self) -> None:
        self._stop.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            fresh: dict[Key, Reading] = {}
            for namespace in sorted({namespace for namespace, _ in self._wanted}):
                ids = sorted(i for wanted, i in self._wanted if wanted == namespace)
                for at in range(0, len(ids), LOT):
                    fresh.update(self._lot(namespace, ids[at : at + LOT]))
            self._readings = fresh
            self._stop.wait(ASK_SECONDS)

    def _lot(self, namespace: str, ids: list[str]) -> dict[Key, Reading]:
        quoted = [f'"{i}"' for i in ids]
        try:
            answers = ctd.metrics(self.host, self.socket, namespace, quoted, DEADLINE)
        except RpcError:
            return {}
        readings = {(namespace, visible_text(answer.id)): reading_of(answer) for answer in answers}
        return {key: reading for key, reading in readings.items() if reading is not None}


def reading_of(metric: pb.Metric) -> Reading | None:
    """A metric as a reading; None for a payload that is not a cgroup's (kata's, Windows')."""
    from unshim.rpc import metrics_pb2

    kind = metric.data.type_url.rpartition(b"/")[2]
    at = metric.timestamp.seconds + metric.timestamp.nanos / 1e9
    data = metric.data.value
    try:
        if kind == b"io.containerd.cgroups.v1.Metrics":
            return Reading(at, _usage_1(decode_as(metrics_pb2.V1, data, ctd.METRICS)))
        if kind == b"io.containerd.cgroups.v2.Metrics":
            return Reading(at, _usage_2(decode_as(metrics_pb2.V2, data, ctd.METRICS)))
    except RpcError:
        return None
    return None


def _usage_1(v1: metrics_pb2.V1) -> Usage:
    memory = v1.memory
    transferred = {
        sign: sum(e.value for e in v1.blkio.io_service_bytes_recursive if e.op.lower() == sign)
        for sign in (b"read", b"write")
    }
    return Usage(
        cpu=v1.cpu.usage.total / 1e9,
        memory=max(0, memory.usage.usage - memory.total_inactive_file),
        limit=_limit(memory.usage.limit),
        pids=v1.pids.current,
        read=transferred[b"read"],
        written=transferred[b"write"],
    )


def _usage_2(v2: metrics_pb2.V2) -> Usage:
    memory = v2.memory
    return Usage(
        cpu=v2.cpu.usage_usec / 1e6,
        memory=max(0, memory.usage - memory.inactive_file),
        limit=_limit(memory.usage_limit),
        pids=v2.pids.current,
        read=sum(entry.rbytes for entry in v2.io.usage),
        written=sum(entry.wbytes for entry in v2.io.usage),
    )


def _limit(limit: int) -> int | None:
    """0 is a field that is absent: no limit was told."""
    return limit if 0 < limit < UNLIMITED else None
