"""A kubelet that has no dockershim any more, moved to containerd."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.target import runtime_target_too_new_for_docker
from fixes.kubelet.dockershim import move
from unshim.api import (
    Disturbs,
    Made,
    Node,
    fix,
)


@fix(runtime_target_too_new_for_docker, disturbs=Disturbs.DRAIN)
def move_new_kubelet_to_containerd(node: Node) -> Iterator[Made]:
    """Move this kubelet, which has no dockershim any more, to containerd.

    The same as for any node that still names dockershim: its flags go, containerd's endpoint is
    set, the kubelet restarts, and all pods are recreated. It is refused on a node that is not
    drained and ready.
    """
    yield from move(node)
