"""Where in the migration a node stands. Pure judgement over the node's facts."""

from __future__ import annotations

from unshim.model.checks import Phase
from unshim.model.machine import CgroupDriver, Runtime
from unshim.model.node import Node
from unshim.model.values import Missing, Setting, known


def phase_of(node: Node) -> Phase | None | Missing:
    """Where it stands; None on a node whose kubelet is absent or uses neither."""
    if isinstance(node.runtime, Missing):
        return node.runtime
    match node.runtime.value:
        case Runtime.DOCKERSHIM | Runtime.CRI_DOCKERD:
            return Phase.BEFORE_MIGRATION
        case Runtime.CONTAINERD:
            return Phase.ON_CONTAINERD
        case _:
            return None


def through_docker(node: Node) -> bool | Missing:
    """Whether the kubelet is set to run its pods through Docker."""
    if isinstance(node.runtime, Missing):
        return node.runtime
    return node.runtime.value in (Runtime.DOCKERSHIM, Runtime.CRI_DOCKERD)


def before_migration(node: Node) -> bool:
    """Whether pods still run through Docker.

    Raises:
        Unknown: it is not known what the kubelet uses.
    """
    return known(phase_of(node)) is Phase.BEFORE_MIGRATION


def seen_runtime(node: Node) -> Runtime | None:
    """What the kubelet uses; None where that is not known. For what is wrong whatever it may be,
    and only hurts less in some cases."""
    return None if isinstance(node.runtime, Missing) else node.runtime.value


def without_kubelet(node: Node) -> bool:
    """Whether this is a containerd host without a kubelet.

    Raises:
        Unknown: it is not known what the kubelet uses.
    """
    return known(node.runtime).value is Runtime.NONE


def running_driver(node: Node) -> Setting[CgroupDriver] | None:
    """The cgroup driver of the containerd that runs; None where it does not tell."""
    containerd = node.containerd
    running = containerd if isinstance(containerd, Missing) else containerd.running
    cri = running if isinstance(running, Missing) else running.cri
    driver = cri if isinstance(cri, Missing) else cri.cgroup_driver
    return None if isinstance(driver, Missing) else driver
