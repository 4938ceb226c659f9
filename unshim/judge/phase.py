"""Which moment of the migration a node is in. Pure judgement over the node's facts."""

from __future__ import annotations

from unshim.model.checks import Phase
from unshim.model.machine import CgroupDriver, ParseError, Runtime
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing, Setting, Unknown, known


def phase_of(node: Node) -> Phase | None | Missing:
    """The moment of the migration; None on a node whose kubelet is absent or uses neither."""
    if isinstance(node.runtime, Missing):
        return node.runtime
    match node.runtime.value:
        case Runtime.DOCKERSHIM | Runtime.CRI_DOCKERD:
            return Phase.BEFORE_MIGRATION
        case Runtime.CONTAINERD:
            return Phase.ON_CONTAINERD
        case _:
            return None


def before_migration(node: Node) -> bool:
    """Whether pods still run through Docker.

    Raises:
        Unknown: it is not known what the kubelet uses.
    """
    return known(phase_of(node)) is Phase.BEFORE_MIGRATION


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


def containerd_config(node: Node) -> ContainerdConfig:
    """containerd's configuration.

    Raises:
        Unknown: it is Missing, or cannot be parsed, which is a check of its own.
    """
    config = known(node.containerd).config
    if isinstance(config, ParseError):
        raise Unknown(Missing(f"{config.path} cannot be read (see containerd-config-parse-error)"))
    return known(config)
