"""A kubelet with dockershim, with containerd, and on its way from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from . import kubelet
from .kubelet import IMAGE, PAUSE, Pod, Runtime
from .node import Node

pytestmark = pytest.mark.slow
PODS = (Pod("web"), Pod("net", host_network=False))


@pytest.fixture
def boot_kubelet(node_layers: None) -> Iterator[Callable[[Runtime], Node]]:
    """`kubelet.boot` with two pods; stopped at the end of the test."""
    with ExitStack() as stack:
        yield lambda runtime: stack.enter_context(kubelet.boot(runtime, PODS))


def containers(node: Node) -> set[str]:
    """The pods that containerd's CRI runs."""
    shown = node.text("ctr", "-n", "k8s.io", "tasks", "ls", "-q").split()
    return {task for task in shown if task}


def test_dockershim(boot_kubelet: Callable[[Runtime], Node]) -> None:
    node = boot_kubelet("dockershim")
    names = node.text("docker", "ps", "--format", "{{.Names}}").split()
    assert sum(name.startswith("k8s_POD_") for name in names) == 2
    assert sum(name.startswith("k8s_web_web-node_default_") for name in names) == 1
    assert not containers(node)
    assert node.text("kubelet", "--version") == f"Kubernetes {kubelet.VERSION}"
    log = node.text("sh", "-c", "cat /var/log/containers/web-*.log")
    assert log.startswith('{"log":"up\\n"')


def test_containerd(boot_kubelet: Callable[[Runtime], Node]) -> None:
    node = boot_kubelet("containerd")
    assert node.text("docker", "ps", "-q") == ""
    assert len(containers(node)) == 4
    assert node.text("sh", "-c", "cat /var/log/containers/web-*.log").endswith(" stdout F up")


def test_a_migration_by_hand(boot_kubelet: Callable[[Runtime], Node]) -> None:
    node = boot_kubelet("dockershim")
    node.systemctl("stop", "kubelet")
    short = IMAGE.removeprefix("docker.io/library/")
    copy = f"docker save {short} {PAUSE} | ctr -n k8s.io images import -"
    node.run(["sh", "-ec", copy])
    node.run(["sh", "-c", "docker rm -f $(docker ps -aq)"])
    node.systemctl("disable", "--now", "docker.service", "docker.socket")
    kubelet.use_containerd(node)
    node.write(kubelet.FLAGS, kubelet.flags("containerd"))
    node.systemctl("start", "kubelet")
    kubelet.wait_running(node, PODS)
    assert len(containers(node)) == 4
    node.crash()
    node.start()
    kubelet.wait_running(node, PODS)
