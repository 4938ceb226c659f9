"""Nodes on which the package of a newer kubelet came over an older one."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from . import kubelet
from .images import busybox_image, oci_archive
from .kubelet import FLAGS, PAUSE, Line, Pod
from .node import Node
from .states import (
    DAEMON,
    DEFAULTS,
    ROTATING,
    SOCKET,
    State,
    both,
    files,
    gave_up,
    restarted,
)


def ready(*pods: Pod) -> Callable[[Node], object]:
    """Give containerd the images of sandboxes and of these pods, as they are called in Docker."""

    def change(node: Node) -> None:
        images = oci_archive(*(busybox_image(ref) for ref in (PAUSE, *(p.image for p in pods))))
        node.run(["ctr", "-n", "k8s.io", "images", "import", "-"], input=images)

    return change


def upgraded(line: Line) -> Callable[[Node], object]:
    """Put another kubelet in the place of the one that runs, as a package does."""

    def change(node: Node) -> None:
        new = "/usr/bin/kubelet.new"
        shutil.copy(kubelet.layer(line) / "usr/bin/kubelet", node.root / new[1:])
        node.run(["mv", new, "/usr/bin/kubelet"])

    return change


def flags(text: str) -> dict[str, str | bytes]:
    """kubeadm's file of flags with these."""
    return {FLAGS: f'KUBELET_KUBEADM_ARGS="{text}"\n'}


REMOTE = f"--container-runtime=remote --container-runtime-endpoint={SOCKET}"
_STOPPED = both(upgraded("1.27"), restarted("kubelet"), gave_up)

UPGRADED: dict[str, State] = {
    "dockershim-kubelet-upgraded-to-1.27": State(
        "The package of kubelet 1.27 came over a 1.23 that ran its pods through dockershim.",
        runtime="dockershim",
        kubelet="1.23",
        docker="enabled",
        config="",
        crictl=False,
        after=_STOPPED,
    ),
    "dockershim-kubelet-upgraded-to-1.27-and-ready": State(
        "The same on a node where containerd has what its static pods need.",
        runtime="dockershim",
        kubelet="1.23",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=both(ready(Pod("web")), _STOPPED),
    ),
    "dockershim-ready-and-its-endpoint-is-ignored": State(
        "A kubelet 1.23 is given containerd's endpoint for its next start, and not told to use it.",
        runtime="dockershim",
        kubelet="1.23",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=both(
            ready(Pod("web")),
            files(flags(f"--container-runtime-endpoint={SOCKET} --network-plugin=cni")),
        ),
    ),
    "containerd-kubelet-1.27-over-a-running-1.23": State(
        "The package of kubelet 1.27 came over a kubelet 1.23 that goes on.",
        kubelet="1.23",
        after=upgraded("1.27"),
    ),
    "containerd-kubelet-1.27-with-removed-flags": State(
        "A kubelet 1.27 came over a 1.23 on containerd that had flags of dockershim: it ends.",
        kubelet="1.23",
        files={
            **flags(f"--network-plugin=cni {REMOTE} --pod-infra-container-image={PAUSE}"),
            DEFAULTS: 'KUBELET_EXTRA_ARGS="--node-labels=rack=7 '
            '--experimental-dockershim-root-directory=/var/lib/dockershim"\n',
        },
        after=_STOPPED,
    ),
}
