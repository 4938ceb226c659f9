"""What ships as the demo: half-way to containerd, with something of every kind left to do."""

from __future__ import annotations

from . import kubelet
from .kubelet import PAUSE, Pod
from .node import Node
from .states import (
    CONFIG,
    CRICTL,
    DAEMON,
    DEFAULTS,
    SOCKET,
    State,
    both,
    files,
    importing,
    kubelet_config,
)
from .upgraded_states import flags, ready, upgraded

ENDPOINT = f"--container-runtime-endpoint={SOCKET}"
METRICS = Pod("metrics", "registry.example.org/metrics:2.1")
PODS = (
    Pod("web"),
    Pod("api", "registry.example.org/shop/api:4.2"),
    Pod("kube-proxy", "registry.example.org/kube-proxy:v1.27.7", "kube-system"),
)


def _moved_by_hand(node: Node) -> None:
    """A new kubelet on containerd; nobody stopped what Docker ran."""
    upgraded("1.27")(node)
    files({kubelet.FLAGS: kubelet.flags("containerd", "1.27")})(node)
    node.systemctl("restart", "kubelet")
    kubelet.wait_running(node, PODS, 240)


DEMO = State(
    "A node that was moved from Docker to containerd in haste, with the upgrade to kubelet 1.27.",
    host="worker-3",
    runtime="dockershim",
    kubelet="1.23",
    line="1.7",
    docker="enabled",
    pods=PODS,
    files={
        DEFAULTS: 'KUBELET_EXTRA_ARGS="--node-labels=rack=7"\n',
        DAEMON: '{\n  "log-driver": "json-file",\n'
        '  "log-opts": {\n    "max-size": "50m",\n    "max-file": "3"\n  }\n}\n',
    },
    config="",
    after=both(
        ready(*PODS),
        _moved_by_hand,
        # What its configuration management then put back counts from the next start on.
        files(
            {
                CONFIG: kubelet_config("", "systemd"),
                **flags(f"--network-plugin=cni {ENDPOINT} --pod-infra-container-image={PAUSE}"),
                "/etc/kubernetes/manifests/metrics.yaml": METRICS.manifest(),
            }
        ),
        importing(METRICS.image),
        lambda node: node.run(["rm", CRICTL]) and None,
    ),
    by_nobody=True,
)
