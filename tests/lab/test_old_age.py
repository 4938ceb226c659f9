"""Docker of the age of dockershim on containerd 1.3."""

from __future__ import annotations

from . import kubelet
from .base import REPOSITORY
from .old_age_states import OLD_AGE
from .states import running


def test_docker_and_dockershim_run_on_containerd_1_3(node_layers: None) -> None:
    """Its shim is containerd-shim-runc-v2 of a later release, which Docker 20.10 asks for."""
    with running(OLD_AGE["dockershim-containerd-1.3"], REPOSITORY) as node:
        assert "1.3.10" in node.text("containerd", "--version")
        said = [
            "docker",
            "run",
            "--rm",
            "--network=none",
            kubelet.IMAGE,
            "echo",
            "from a container",
        ]
        assert node.text(*said) == "from a container"
        assert kubelet.running(node) == {f"web-{node.name}"}
        programs = node.text("ps", "axww", "-o", "args")
        assert "/usr/bin/containerd-shim-runc-v2 -namespace moby" in programs
