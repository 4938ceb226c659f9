"""The kubelet's pods that Docker goes on running when the kubelet moves to containerd."""

from __future__ import annotations

from collections.abc import Iterator

from fixes.kubelet.settings import is_stopped
from unshim.api import (
    Missing,
    Node,
    Note,
    Refused,
    known,
)
from unshim.model.parts.pods import Pod, PodOrigin, StaticPod

START_KUBELET = "systemctl start kubelet"
STOP = "docker ps -q --filter label=io.kubernetes.pod.uid | xargs -r docker stop"
"""Stops what dockershim made; the label is on each of its containers.
Source: kubernetes pkg/kubelet/types/labels.go."""


def docker_pods(node: Node) -> Iterator[Note]:
    """What to know of Docker's pods: the kubelet forgets them, and starts its own again.

    Raises:
        Refused: one of them holds a port of the node that the new one needs.
    """
    left = in_docker(node)
    for static in known(node.static_pods):
        if static.host_ports and any(_is_of(pod, static) for pod in left):
            ports = ", ".join(map(str, static.host_ports))
            raise Refused(
                f"the static pod {static.namespace}/{static.name} holds port {ports} of this node "
                "in Docker, and its copy on containerd could not have it",
                first=("systemctl stop kubelet", STOP),
                after=(START_KUBELET,),
            )
    if left:
        names = ", ".join(sorted(f"{p.namespace}/{p.name}" for p in left))
        yield Note(
            f"Docker goes on running {names}, and the kubelet starts the same again on containerd: "
            "both run until Docker's are stopped",
            STOP,
        )
    if is_stopped(known(node.kubelet)):
        yield Note("The kubelet is stopped and stays so: its pods start with it", START_KUBELET)


def in_docker(node: Node) -> list[Pod]:
    """The pods that a drain leaves, as far as Docker runs them."""
    docker = node.docker
    if isinstance(docker, Missing) or not docker.active:
        return []
    return [p for p in known(docker.pods).pods if p.ready and not p.origin.drained]


def _is_of(pod: Pod, static: StaticPod) -> bool:
    """Whether a pod was made from this manifest: the kubelet adds the node's name to the pod's."""
    mine = pod.origin is PodOrigin.STATIC and pod.namespace == static.namespace
    return mine and pod.name.startswith(f"{static.name}-")
