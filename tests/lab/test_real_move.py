"""A node moved to containerd by unshim's own words alone: what it asks for is typed, nothing else.

The images are in Docker only, there is no registry and no crictl.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import kubelet
from .base import REPOSITORY
from .kubelet import FLAGS, Pod
from .node import Node
from .states import CONTAINERD
from .test_real_fixes import DONE, UNDONE, said, tasks

MOVE = "kubelet-dockershim-reference"
REFUSED = 6
STOP = "docker ps -q --filter label=io.kubernetes.pod.uid | xargs -r docker stop"
pytestmark = pytest.mark.usefixtures("node_layers")
SERVE = ("/bin/sh", "-c", "exec httpd -f -p 8090 -h /etc")


@contextmanager
def moving(*pods: Pod, declared: str = "") -> Iterator[Node]:
    """A dockershim node with these static pods; `declared` is added to their containers."""
    with kubelet.boot("dockershim", pods, source=REPOSITORY) as node:
        for pod in pods if declared else ():
            path = f"/etc/kubernetes/manifests/{pod.name}.yaml"
            node.write(path, pod.manifest() + declared, 0o600)
        kubelet.wait_running(node, pods)
        yield node


def asked(words: str) -> tuple[list[str], list[str]]:
    """The commands of a refusal: those to type first, and those that then work."""
    lists: dict[str, list[str]] = {"First:": [], "Then:": []}
    now: list[str] | None = None
    for line in words.splitlines():
        if line in lists:
            now = lists[line]
        elif line.startswith("    ") and now is not None:
            now.append(line.strip())
        else:
            now = None
    return lists["First:"], lists["Then:"]


def follow(node: Node) -> str:
    """Ask for the move and do what is asked for, until it is done. What it says in the end."""
    after: list[str] = []
    for _ in range(6):
        done = node.unshim("apply", MOVE, "--yes", timeout=400)
        words = done.stdout.decode()
        if done.returncode != REFUSED:
            assert done.returncode == DONE, words
            for command in after:
                node.run(["sh", "-c", command])
            return words
        first, then = asked(words)
        assert first and then[0] == f"unshim apply {MOVE}", words
        after = then[1:]
        for command in first:
            node.run(["sh", "-c", command])
    raise AssertionError("it asks for more and more")


def on_containerd(node: Node) -> int:
    return len([name for name in tasks(node) if name.startswith("k8s.io/")])


def in_docker(node: Node) -> list[str]:
    return node.text("docker", "ps", "--format", "{{.Names}}").splitlines()


def test_the_images_are_carried_over_and_every_pod_runs_on_containerd() -> None:
    pods = (Pod("one"), Pod("two"))
    with moving(*pods) as node:
        flags, config = node.read(FLAGS), node.read(CONTAINERD)
        first, _ = asked(said(node, REFUSED, "apply", MOVE, "--yes"))
        assert first == [
            f"docker save {kubelet.PAUSE} | ctr -n k8s.io images import -",
            "docker save busybox:1.36 | ctr -n k8s.io images import -",
        ]
        words = follow(node)
        assert f"{MOVE} now passes" in words
        assert "Docker goes on running default/one-node, default/two-node" in " ".join(
            words.split()
        )
        assert on_containerd(node) == 4, "two sandboxes and two containers, when it says done"
        assert kubelet.running(node) == {"one-node", "two-node"}

        assert len(in_docker(node)) == 4
        node.run(["sh", "-c", STOP])
        assert in_docker(node) == []
        report = " ".join(said(node, DONE, "--report", "text").split())
        assert "This node runs its pods on containerd" in report
        assert "docker-pods-left-running" not in report
        assert on_containerd(node) == 4

        assert "looking at what came of it" in words
        assert "looking at what came of it" not in said(node, DONE, "undo", "--yes")
        assert (node.read(FLAGS), node.read(CONTAINERD)) == (flags, config)
        kubelet.wait_running(node, pods)
        node.wait(lambda: len(in_docker(node)) == 4, "the pods in Docker again", 120)


def test_a_port_that_docker_s_pod_holds_is_freed_first() -> None:
    pod = Pod("web", command=SERVE)
    declared = "    ports:\n    - containerPort: 8090\n"
    with moving(pod, declared=declared) as node:
        words = follow(node)
        assert "The kubelet is stopped and stays so" in " ".join(words.split())
        kubelet.wait_running(node, [pod])
        assert in_docker(node) == []
        assert on_containerd(node) == 2


def test_a_pod_that_does_not_come_back_takes_the_move_back() -> None:
    """It takes a port that its manifest does not tell of, and Docker's copy holds it."""
    pod = Pod("web", command=SERVE)
    with moving(pod) as node:
        flags, config = node.read(FLAGS), node.read(CONTAINERD)
        for command in asked(said(node, REFUSED, "apply", MOVE, "--yes"))[0]:
            node.run(["sh", "-c", command])
        done = node.unshim("apply", MOVE, "--yes", timeout=500)
        words = done.stdout.decode()
        assert done.returncode == UNDONE, words
        assert "ran before and does not now" in words or "stay up" in words
        assert (node.read(FLAGS), node.read(CONTAINERD)) == (flags, config)
        kubelet.wait_running(node, [pod])
        assert any(name.startswith("k8s_web_web-node") for name in in_docker(node))
