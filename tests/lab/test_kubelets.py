"""Each kubelet runs static pods on the lab's node."""

from __future__ import annotations

import pytest

from . import kubelet
from .kubelet import Line, Pod, Runtime


@pytest.mark.parametrize(
    ("line", "runtime"),
    [
        ("1.23", "dockershim"),
        ("1.23", "containerd"),
        ("1.27", "containerd"),
        ("1.36", "containerd"),
    ],
)
def test_a_kubelet_runs_its_pods(node_layers: None, line: Line, runtime: Runtime) -> None:
    with kubelet.boot(runtime, [Pod("web")], line, docker="enabled") as node:
        assert kubelet.running(node) == {f"web-{node.name}"}
        assert line in node.text("kubelet", "--version")
