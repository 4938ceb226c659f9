"""Nodes that a real API server knows, for `recorded_states`."""

from __future__ import annotations

from .bound_pods import DAEMONSET, REPLICASET, bind, wait_running
from .cluster import Cluster
from .node import Node
from .registering import join, laid_out_by_kubeadm
from .states import LIMITS, State

KUBELET = f"{LIMITS}failCgroupV1: false\nfailSwapOn: false\nenforceNodeAllocatable: []\n"
"""What this machine needs beside kubeadm's own configuration."""


def registered(node: Node) -> None:
    """Register the node as kubeadm lays it out, and bind pods to it."""
    cluster = Cluster.start(node, KUBELET)
    laid_out_by_kubeadm(cluster)
    join(cluster)
    bind(cluster, "agent-7xk2p", DAEMONSET)
    bind(cluster, "shop-5d4c-q8zlm", REPLICASET)
    wait_running(cluster, f"web-{cluster.name}", "agent-7xk2p", "shop-5d4c-q8zlm")


REGISTERED: dict[str, State] = {
    "containerd-2.1-registered-by-kubeadm-1.36": State(
        "A worker that kubeadm 1.36 laid out: its kubelet is registered and runs bound pods.",
        kubelet="1.36",
        line="2.1",
        default=True,
        cgroups="systemd",
        after=registered,
    ),
}
