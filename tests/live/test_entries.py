"""Tasks as a daemon tells them, asked through a host that answers what a test gives it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from google.protobuf.message import Message

from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.live.entries import TaskAsker, TaskEntry
from unshim.live.words import Meta
from unshim.rpc import containerd as ctd
from unshim.rpc import containerd_pb2 as pb

SOCKET = "/run/containerd/containerd.sock"
RUNNING, STOPPED = 2, 3


class OneDaemon(LocalHost):
    """A machine whose containerd runs these tasks in k8s.io, by id: process id and status."""

    def __init__(self, **tasks: tuple[int, int]) -> None:
        self.tasks = tasks
        self.asked: list[str] = []

    def call(
        self, socket: str, method: str, request: bytes, namespace: str = "", timeout: float = 2.0
    ) -> tuple[bytes, ...]:
        self.asked.append(method.rpartition("/")[2])
        return tuple(part.SerializeToString() for part in self._answer(method, request))

    def _answer(self, method: str, request: bytes) -> Sequence[Message]:
        if method == ctd.NAMESPACES:
            return [pb.NamespacesResponse(namespaces=[pb.Namespace(name=b"k8s.io")])]
        if method == ctd.TASKS:
            return [pb.TasksResponse(tasks=[self._task(name) for name in self.tasks])]
        if method.startswith(ctd.CONTAINERS):
            wanted = [name for name in self.tasks if f'id=="{name}"'.encode() in request]
            return [pb.ContainerMessage(container=self._record(name)) for name in wanted]
        asked = pb.TaskRequest()
        asked.ParseFromString(request)
        name = asked.container_id.decode()
        if name not in self.tasks:
            raise RpcError("NOT_FOUND", "no such task")
        return [pb.TaskResponse(process=self._task(name))]

    def _task(self, name: str) -> pb.Process:
        pid, status = self.tasks[name]
        return pb.Process(id=name.encode(), pid=pid, status=status)

    def _record(self, name: str) -> pb.Container:
        return pb.Container(id=name.encode(), image=b"image:1")


def test_every_task_is_told_with_its_record() -> None:
    host = OneDaemon(one=(11, RUNNING), two=(12, STOPPED))
    assert TaskAsker(host, SOCKET).every() == {
        ("k8s.io", "one"): TaskEntry("k8s.io", "one", 11, "running", Meta("image:1", "", "one")),
        ("k8s.io", "two"): TaskEntry("k8s.io", "two", 0, "stopped", Meta("image:1", "", "two")),
    }


def test_a_record_is_asked_for_once_while_its_task_lives() -> None:
    host = OneDaemon(one=(11, RUNNING))
    asker = TaskAsker(host, SOCKET)
    asker.every()
    asker.every()
    assert host.asked.count("ListStream*") == 1
    assert asker.meta(("k8s.io", "one")) == Meta("image:1", "", "one")
    host.tasks = {}
    asker.every()
    assert asker.meta(("k8s.io", "one")) is None


def test_a_single_task_is_told_or_gone() -> None:
    asker = TaskAsker(OneDaemon(one=(11, RUNNING)), SOCKET)
    entry = asker.one(("k8s.io", "one"))
    assert entry is not None and (entry.pid, entry.meta.image) == (11, "image:1")
    assert asker.one(("k8s.io", "two")) is None


def test_a_status_that_is_not_known_is_told_as_a_number() -> None:
    entry = TaskAsker(OneDaemon(one=(11, 9)), SOCKET).one(("k8s.io", "one"))
    assert entry is not None and entry.status == "status 9"


def test_a_daemon_that_does_not_answer_is_not_a_task_that_is_gone() -> None:
    with pytest.raises(RpcError):
        TaskAsker(LocalHost(), "/nonexistent.sock").one(("k8s.io", "one"))
