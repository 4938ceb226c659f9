"""Healthy nodes as they run today: kubelets 1.23 to 1.36, containerd up to 2.3."""

from __future__ import annotations

from .states import CONFIG, DAEMON, ROTATING, State, kubelet_config

NEWER: dict[str, State] = {
    "dockershim-with-kubelet-1.23": State(
        "A kubelet 1.23, the last with dockershim, on Docker 20.10.",
        runtime="dockershim",
        kubelet="1.23",
        docker="enabled",
        files={DAEMON: ROTATING},
    ),
    "containerd-1.6-with-kubelet-1.23": State(
        "A kubelet 1.23 moved to containerd 1.6.", kubelet="1.23"
    ),
    "containerd-1.7-with-kubelet-1.23": State(
        "A kubelet 1.23 moved to containerd 1.7.", kubelet="1.23", line="1.7"
    ),
    "containerd-1.6-with-kubelet-1.27": State(
        "A kubelet 1.27, which has no dockershim, on containerd 1.6.", kubelet="1.27"
    ),
    "containerd-1.7-with-kubelet-1.27": State(
        "A kubelet 1.27 on containerd 1.7, both with systemd cgroups.",
        kubelet="1.27",
        line="1.7",
        cgroups="systemd",
    ),
    "containerd-2.1-with-kubelet-1.36": State(
        "A kubelet 1.36 takes containerd 2.1's cgroup driver, whatever its own file says.",
        kubelet="1.36",
        line="2.1",
        default=True,
        files={CONFIG: kubelet_config(cgroups="systemd", line="1.36")},
    ),
    "containerd-2.3-with-kubelet-1.36": State(
        "A kubelet 1.36 on containerd 2.3 with a configuration of version 4.",
        kubelet="1.36",
        line="2.3",
        default=True,
        cgroups="systemd",
    ),
}
