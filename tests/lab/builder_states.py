"""Nodes on which images are built, by a buildkitd 0.32 of the folder of programs."""

from __future__ import annotations

from dataclasses import replace

from .node import Node
from .states import State, with_few_packages

UNIT = "/etc/systemd/system/buildkit.service"
CONFIG = "/etc/buildkit/buildkitd.toml"
SOCKET = "/run/buildkit/buildkitd.sock"
FOR_THE_KUBELET = """\
[worker.oci]
enabled = false
[worker.containerd]
enabled = true
namespace = "k8s.io"
"""
_STARTS = """\
[Unit]
Description=BuildKit
After=containerd.service

[Service]
Type=notify
ExecStart=/usr/bin/buildkitd

[Install]
WantedBy=multi-user.target
"""


def configured(node: Node, config: str | None) -> bool:
    """Start buildkitd with this file, or none; whether it starts."""
    if config is None:
        node.run(["rm", "-f", CONFIG])
    else:
        node.write(CONFIG, config)
    # It may have been started too often of late.
    node.systemctl("reset-failed", "buildkit", check=False)
    return node.run(["systemctl", "restart", "buildkit"], check=False).returncode == 0


def _started(node: Node) -> None:
    node.systemctl("start", "buildkit")


def _refused(node: Node) -> None:
    """Not even its version is told by a buildkitd with such a file; its package is asked."""
    with_few_packages(node)
    configured(node, FOR_THE_KUBELET.replace("enabled = true", 'enabled = "true"'))


BUILDER = State(
    "A node that builds images into the namespace that the kubelet looks into.",
    kubelet="1.36",
    line="2.1",
    default=True,
    cgroups="systemd",
    buildkitd=True,
    files={UNIT: _STARTS, CONFIG: FOR_THE_KUBELET},
    after=_started,
)
BUILDERS: dict[str, State] = {
    "containerd-2.1-with-a-buildkitd-of-its-own": replace(
        BUILDER,
        says="buildkitd runs with its defaults: what it builds is kept to itself.",
        files={UNIT: _STARTS},
    ),
    "containerd-2.1-with-a-buildkitd-that-ends": replace(
        BUILDER, says="A switch in buildkitd's file is a text, with which it ends.", after=_refused
    ),
}
