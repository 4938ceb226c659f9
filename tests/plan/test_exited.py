"""What ended by itself and well, by containerd's own word."""

from __future__ import annotations

import pytest

from tests.fake_containerd import Answers, Key, serving
from unshim.host.local import LocalHost
from unshim.plan.exited import exited_well
from unshim.rpc import containerd
from unshim.rpc import containerd_pb2 as ctd_pb
from unshim.rpc import cri_pb2 as pb

STATUS = "/runtime.v1.RuntimeService/ContainerStatus"
RUNNING, STOPPED = 2, 3
EXITED = 2


def _status(name: str, state: int, code: int) -> tuple[Key, tuple[bytes, ...]]:
    asked = pb.ContainerStatusRequest(container_id=name.encode())
    answer = pb.ContainerStatusResponse()
    answer.status.state, answer.status.exit_code = state, code
    return (STATUS, "", asked.SerializeToString()), (answer.SerializeToString(),)


def _daemon() -> Answers:
    """A job that is done, one that failed, one that runs; and the same begun by ctr."""
    tasks = ctd_pb.TasksResponse()
    tasks.tasks.add(id=b"t-done", status=STOPPED, exit_status=0)
    tasks.tasks.add(id=b"t-failed", status=STOPPED, exit_status=137)
    tasks.tasks.add(id=b"t-runs", status=RUNNING)
    namespaces = ctd_pb.NamespacesResponse()
    namespaces.namespaces.add(name=b"default")
    nothing = b""
    return Answers(
        dict(
            [
                _status("done", EXITED, 0),
                _status("failed", EXITED, 1),
                _status("runs", 1, 0),
                ((containerd.NAMESPACES, "", nothing), (namespaces.SerializeToString(),)),
                ((containerd.TASKS, "default", nothing), (tasks.SerializeToString(),)),
            ]
        )
    )


@pytest.mark.parametrize("kind", ["", "t-"], ids=["of a pod", "by ctr"])
def test_only_what_ended_with_0_ended_well(kind: str) -> None:
    asked = {f"{kind}{name}" for name in ("done", "failed", "runs", "unknown")}
    with serving(_daemon()) as socket:
        assert exited_well(LocalHost(), socket, asked) == {f"{kind}done"}


def test_where_containerd_does_not_answer_nothing_is_known_to_have_ended_well() -> None:
    assert exited_well(LocalHost(), "/run/no-such-containerd.sock", {"done"}) == frozenset()
