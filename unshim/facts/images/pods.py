"""The pods and containers that containerd runs for the kubelet, asked of its CRI service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unshim.facts.images import origin
from unshim.host.host import Host, RpcError
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.values import Missing
from unshim.rpc import cri
from unshim.rpc.answers import missing, visible_text

if TYPE_CHECKING:
    from unshim.rpc import cri_pb2 as pb

DEADLINE = 3.0
_READY = 0
_STATES = ("created", "running", "exited", "unknown")

_FROM = b"kubernetes.io/config.source"


def read(host: Host, containerd: Containerd | Missing) -> Pods | Missing:
    """Pods and their containers, the oldest first."""
    if isinstance(containerd, Missing):
        return containerd
    if isinstance(containerd.cri, Missing):
        return containerd.cri
    socket = containerd.socket.path
    try:
        pods = cri.pod_sandboxes(host, socket, DEADLINE)
        containers = cri.containers(host, socket, DEADLINE)
    except RpcError as error:
        return missing(error, "the CRI service's pods")
    return Pods(tuple(map(_pod, pods)), tuple(map(_container, containers)))


def _pod(pod: pb.PodSandbox) -> Pod:
    return Pod(
        id=visible_text(pod.id),
        name=visible_text(pod.metadata.name),
        namespace=visible_text(pod.metadata.namespace),
        uid=visible_text(pod.metadata.uid),
        ready=pod.state == _READY,
        origin=_origin(pod),
    )


def _origin(pod: pb.PodSandbox) -> PodOrigin:
    source = next((entry.value for entry in pod.annotations if entry.key == _FROM), b"")
    return origin.of(visible_text(source), {visible_text(entry.key) for entry in pod.labels})


def _container(container: pb.Container) -> Container:
    known = 0 <= container.state < len(_STATES)
    return Container(
        id=visible_text(container.id),
        pod_id=visible_text(container.pod_sandbox_id),
        name=visible_text(container.metadata.name),
        image=visible_text(container.image.image),
        state=_STATES[container.state] if known else f"state {container.state}",
        created=container.created_at / 1e9,
    )
