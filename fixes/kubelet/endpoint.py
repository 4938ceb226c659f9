"""The kubelet's runtime endpoint: set, or corrected."""

from __future__ import annotations

from collections.abc import Iterator

from checks.kubelet.endpoint import kubelet_endpoint_invalid, kubelet_endpoint_missing
from fixes.kubelet.dockershim import move
from fixes.kubelet.settings import (
    by_hand_commands,
    containerd_endpoint,
    no_longer_known,
    written,
)
from unshim.api import (
    Disturbs,
    Made,
    Missing,
    Node,
    Origin,
    PodsStay,
    Refused,
    Step,
    before_migration,
    fix,
    known,
)


@fix(kubelet_endpoint_missing, disturbs=Disturbs.DRAIN)
def set_kubelet_endpoint(node: Node) -> Iterator[Made]:
    """Give the kubelet containerd's endpoint.

    Flags that this release does not know go with it, for it does not start with either. Where
    Docker is on the node its pods may still run there: that is a move to containerd, and refused on
    a node that is not drained and ready.
    """
    if before_migration(node):
        yield from move(node)
        return
    put = {"container-runtime-endpoint": containerd_endpoint(node)}
    remove = no_longer_known(known(node.kubelet))
    by_hand = by_hand_commands(known(node.kubelet), remove, put)
    yield PodsStay()
    yield from written(node, remove, put, by_hand)


@fix(kubelet_endpoint_invalid, disturbs=Disturbs.KUBELET)
def correct_kubelet_endpoint(node: Node) -> Iterator[Step]:
    """Point the kubelet at containerd's socket.

    The endpoint is changed where it stands, in a flag or in the configuration file, and the
    kubelet restarts. It is refused unless containerd answers there.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    put = {"container-runtime-endpoint": containerd_endpoint(node)}
    by_hand = by_hand_commands(kubelet, (), put)
    containerd = known(node.containerd)
    if isinstance(containerd.running, Missing):
        reason = f"containerd does not answer: {containerd.running.reason}"
        if containerd.process is None:
            raise Refused(reason, first=("systemctl start containerd",))
        raise Refused(reason, ("journalctl -u containerd",))
    if endpoint is not None and endpoint.source.origin is Origin.FILE:
        put = {}
    yield from written(node, (), put, by_hand)
