"""Pods that are taken away from a node, and a move that is taken back."""

from __future__ import annotations

from . import kubelet
from .node import Node


def undone(node: Node) -> None:
    """Take unshim's move back, and wait for the pods in Docker."""
    node.unshim("undo", "--yes", check=True)
    node.wait(lambda: bool(kubelet.running(node)), "the kubelet's pods in Docker", 120)


def pods_lost(node: Node) -> None:
    """Take the pods and the sandbox image away, as on a node that was never given it."""
    node.systemctl("stop", "kubelet")
    for task in node.text("ctr", "-n", "k8s.io", "tasks", "ls", "-q").split():
        # containerd itself removes one that ends, and may be the first.
        node.run(["ctr", "-n", "k8s.io", "tasks", "rm", "-f", task], check=False)
    node.wait(lambda: not node.text("ctr", "-n", "k8s.io", "tasks", "ls", "-q"), "no task", 60)
    for container in node.text("ctr", "-n", "k8s.io", "containers", "ls", "-q").split():
        node.run(["ctr", "-n", "k8s.io", "containers", "rm", container])
    node.run(["ctr", "-n", "k8s.io", "images", "rm", "--sync", kubelet.PAUSE])
    node.systemctl("restart", "containerd")
    node.wait_socket("/run/containerd/containerd.sock")
    node.systemctl("start", "kubelet")
    node.wait(lambda: "failed to get sandbox image" in _log(node), "a pod that fails", 120)


def _log(node: Node) -> str:
    return node.text("journalctl", "-u", "kubelet", "--no-pager", "-o", "cat")
