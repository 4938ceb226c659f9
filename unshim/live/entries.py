"""Tasks as containerd tells them when it is asked: all of them, or a single one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unshim.host.host import Host, RpcError
from unshim.live.words import Meta, meta_of
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import decode_as, visible_text, wire

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

LIST_DEADLINE = 3.0
ENTRY_DEADLINE = 1.0
_META_CHUNK = 50

Key = tuple[str, str]
"""A namespace and a container's id."""


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """One task and what its container's record says. `pid` is 0 where the task has ended."""

    namespace: str
    id: str
    pid: int
    status: str
    meta: Meta


@dataclass(slots=True)
class TaskAsker:
    """Asks one daemon, and keeps each container's record, which never changes, while it lives."""

    host: Host
    socket: str
    _meta: dict[Key, Meta] = field(default_factory=dict)

    def meta(self, key: Key) -> Meta | None:
        """What is known of a container already."""
        return self._meta.get(key)

    def every(self) -> dict[Key, TaskEntry]:
        """Every task of every namespace. Raises: RpcError."""
        entries: dict[Key, TaskEntry] = {}
        for namespace in ctd.namespaces(self.host, self.socket, LIST_DEADLINE):
            listed = ctd.tasks(self.host, self.socket, namespace, LIST_DEADLINE)
            self._learn(namespace, [visible_text(task.id) for task in listed])
            for task in listed:
                entry = self._entry(namespace, task)
                entries[namespace, entry.id] = entry
        for gone in self._meta.keys() - entries.keys():
            del self._meta[gone]
        return entries

    def one(self, key: Key) -> TaskEntry | None:
        """A single task; None where it is gone. Raises: RpcError."""
        from unshim.rpc import containerd_pb2 as pb

        namespace, name = key
        request = wire(pb.TaskRequest(container_id=name.encode()))
        try:
            answer = self.host.call(self.socket, ctd.TASK, request, namespace, ENTRY_DEADLINE)
            task = decode_as(pb.TaskResponse, answer[0], ctd.TASK).process
        except RpcError as error:
            if error.code not in ("NOT_FOUND", "UNKNOWN"):
                raise
            return None
        self._learn(namespace, [name])
        task.id = name.encode()
        return self._entry(namespace, task)

    def _learn(self, namespace: str, ids: list[str]) -> None:
        """Fetch the records of containers that are not known yet."""
        unknown = [i for i in ids if (namespace, i) not in self._meta]
        for at in range(0, len(unknown), _META_CHUNK):
            filters = [f'id=="{i}"' for i in unknown[at : at + _META_CHUNK]]
            for record in ctd.containers(self.host, self.socket, namespace, filters, LIST_DEADLINE):
                self._meta[namespace, visible_text(record.id)] = meta_of(record)

    def _entry(self, namespace: str, task: pb.Process) -> TaskEntry:
        name = visible_text(task.id)
        known = 0 <= task.status < len(ctd.TASK_STATUS)
        status = ctd.TASK_STATUS[task.status] if known else f"status {task.status}"
        pid = 0 if status == "stopped" else task.pid
        return TaskEntry(namespace, name, pid, status, self._meta.get((namespace, name), Meta()))
