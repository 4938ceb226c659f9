"""The CRI service of containerd, asked through a host's door; runtime.v1 first.

runtime.v1alpha2 is tried only where v1 is UNIMPLEMENTED (containerd 1.4 and 1.5): on 1.7 a single
v1alpha2 call puts a deprecation warning on the node that stays until containerd restarts.
Each function raises RpcError where there is no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from unshim.host.host import Host, RpcError
from unshim.rpc.answers import ask

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from unshim.rpc import cri_pb2 as pb

    M = TypeVar("M", bound=Message)

V1 = "v1"
V1ALPHA2 = "v1alpha2"


def _ask(
    host: Host,
    socket: str,
    call: str,
    request: Message,
    answer: type[M],
    timeout: float = 2.0,
    api: str | None = None,
) -> tuple[str, M]:
    """The answer and the API that gave it; both are tried where `api` is None."""
    if api is not None:
        return api, ask(host, socket, f"/runtime.{api}.{call}", request, answer, timeout=timeout)
    try:
        return _ask(host, socket, call, request, answer, timeout, V1)
    except RpcError as error:
        if error.code != "UNIMPLEMENTED":
            raise
        try:
            return _ask(host, socket, call, request, answer, timeout, V1ALPHA2)
        except RpcError as older:
            # Neither is served: v1's words name the API that a person expects.
            raise (error if older.code in ("UNIMPLEMENTED", "NOT_RECORDED") else older) from None


def version(host: Host, socket: str, timeout: float = 2.0) -> tuple[str, pb.VersionResponse]:
    """The API that answers (`v1` or `v1alpha2`), and the runtime's name and version."""
    from unshim.rpc import cri_pb2 as pb

    call = "RuntimeService/Version"
    return _ask(host, socket, call, pb.VersionRequest(), pb.VersionResponse, timeout)


def status(host: Host, socket: str, api: str, timeout: float = 2.0) -> pb.StatusResponse:
    """Conditions, and `info` with the running configuration as JSON (it may hold passwords)."""
    from unshim.rpc import cri_pb2 as pb

    request = pb.StatusRequest(verbose=True)
    call = "RuntimeService/Status"
    return _ask(host, socket, call, request, pb.StatusResponse, timeout, api)[1]


def runtime_config(
    host: Host, socket: str, api: str, timeout: float = 2.0
) -> pb.RuntimeConfigResponse:
    """The cgroup driver that the kubelet asks for (containerd 2.0 and later)."""
    from unshim.rpc import cri_pb2 as pb

    request = pb.RuntimeConfigRequest()
    call = "RuntimeService/RuntimeConfig"
    return _ask(host, socket, call, request, pb.RuntimeConfigResponse, timeout, api)[1]


def pod_sandboxes(host: Host, socket: str, timeout: float = 2.0) -> list[pb.PodSandbox]:
    from unshim.rpc import cri_pb2 as pb

    call = "RuntimeService/ListPodSandbox"
    answer = _ask(host, socket, call, pb.ListRequest(), pb.ListPodSandboxResponse, timeout)[1]
    return sorted(answer.items, key=lambda p: (p.created_at, p.id))


def containers(host: Host, socket: str, timeout: float = 2.0) -> list[pb.Container]:
    from unshim.rpc import cri_pb2 as pb

    call = "RuntimeService/ListContainers"
    answer = _ask(host, socket, call, pb.ListRequest(), pb.ListContainersResponse, timeout)[1]
    return sorted(answer.containers, key=lambda c: (c.created_at, c.id))


def container_status(
    host: Host, socket: str, container: str, timeout: float = 2.0
) -> pb.ContainerStatus:
    """The state of one container, and what it ended with where it has."""
    from unshim.rpc import cri_pb2 as pb

    call = "RuntimeService/ContainerStatus"
    request = pb.ContainerStatusRequest(container_id=container.encode())
    return _ask(host, socket, call, request, pb.ContainerStatusResponse, timeout)[1].status


def images(host: Host, socket: str, timeout: float = 2.0) -> list[pb.Image]:
    from unshim.rpc import cri_pb2 as pb

    call = "ImageService/ListImages"
    answer = _ask(host, socket, call, pb.ListRequest(), pb.ListImagesResponse, timeout)[1]
    return sorted(answer.images, key=lambda i: i.id)
