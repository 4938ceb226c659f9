"""Cordon and drain as steps, by kubectl and a real API server: carried out, refused, taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unshim.model.steps import CordonNode, DrainNode, RestartUnit

from . import bound_pods
from .bound_pods import REPLICASET, bind, protect, wait_running
from .cluster import Cluster
from .runs import InNode
from .test_cluster import NAME
from .test_cluster import cluster as cluster

DONE, UNDONE, REFUSED = 0, 4, 6
ADMIN = "/etc/kubernetes/admin.conf"
DRAIN = DrainNode(NAME, ADMIN, 120, True)


@pytest.fixture(scope="module", autouse=True)
def administered(cluster: Cluster) -> None:
    """The node has kubectl and an administrator's kubeconfig, as a control plane's has."""
    node = cluster.node
    node.write("/usr/local/bin/kubectl", cluster.kubectl_program().read_bytes(), 0o755)
    node.write(ADMIN, (cluster.path / "super-admin.conf").read_bytes(), 0o600)


@pytest.fixture(autouse=True)
def takes_pods(cluster: Cluster) -> Iterator[None]:
    """Every test leaves a node that takes pods, with none on it that a drain takes away."""
    yield
    assert not cordoned(cluster)
    cluster.says("delete", "pod", "shop-1", "bare", "--ignore-not-found")


def cordoned(cluster: Cluster) -> bool:
    return bool(cluster.got("node", NAME)["spec"].get("unschedulable"))


def shop(cluster: Cluster) -> None:
    bind(cluster, "shop-1", REPLICASET)
    wait_running(cluster, "shop-1")


def test_a_node_is_cordoned_and_takes_pods_again(cluster: Cluster) -> None:
    run = InNode(cluster.node, CordonNode(NAME, ADMIN))
    assert run.apply() == (DONE, "") and cordoned(cluster)
    assert run.undo() == (UNDONE, "") and not cordoned(cluster)


def test_a_node_that_somebody_cordoned_before_stays_so(cluster: Cluster) -> None:
    cluster.kubectl("cordon", NAME)
    run = InNode(cluster.node, CordonNode(NAME, ADMIN, False))
    assert run.apply() == (DONE, "") and not cordoned(cluster)
    assert run.undo() == (UNDONE, "") and cordoned(cluster)
    drained = InNode(cluster.node, DRAIN)
    assert drained.apply() == (DONE, "")
    assert drained.undo() == (UNDONE, "") and cordoned(cluster)
    cluster.kubectl("uncordon", NAME)


def test_a_drain_takes_pods_away_and_its_undo_lets_them_come_back(cluster: Cluster) -> None:
    shop(cluster)
    run = InNode(cluster.node, DRAIN, CordonNode(NAME, ADMIN))
    assert run.apply() == (DONE, "")
    assert bound_pods.running(cluster) == {"agent-1", f"web-{NAME}"}
    assert cordoned(cluster)
    assert run.undo() == (UNDONE, "")


def test_a_restart_after_a_drain_is_not_blamed_for_the_pods_that_left(cluster: Cluster) -> None:
    for name in ("shop-1", "shop-2", "shop-3"):
        bind(cluster, name, REPLICASET)
    wait_running(cluster, "shop-1", "shop-2", "shop-3")
    steps = (DRAIN, RestartUnit("containerd.service"), CordonNode(NAME, ADMIN, False))
    run = InNode(cluster.node, *steps, socket="/run/containerd/containerd.sock")
    assert run.apply() == (DONE, "") and not cordoned(cluster)
    assert bound_pods.running(cluster) == {"agent-1", f"web-{NAME}"}
    assert run.undo() == (UNDONE, "")


def test_what_a_drain_must_not_do_is_refused_before_anything_is_done(cluster: Cluster) -> None:
    shop(cluster)
    before = bound_pods.running(cluster)
    kept = refused(cluster, DRAIN._replace(empty_dirs=False))
    local = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"
    assert kept == f"kubectl drain {NAME}: {local}: default/shop-1"
    assert 'nodes "worker-b" not found' in refused(cluster, DRAIN._replace(name="worker-b"))
    protect(cluster, "shop")
    held = refused(cluster, DRAIN)
    cluster.kubectl("delete", "pdb", "shop")
    assert held.endswith("Cannot evict pod as it would violate the pod's disruption budget.")
    assert bound_pods.running(cluster) == before
    bind(cluster, "bare")
    wait_running(cluster, "bare")
    alone = refused(cluster, DRAIN)
    assert "cannot delete Pods that declare no controller" in alone
    assert alone.endswith(": default/bare")
    assert bound_pods.running(cluster) == {*before, "bare"}


def refused(cluster: Cluster, step: DrainNode) -> str:
    """Why a plan that drains is refused before anything is done."""
    ended = InNode(cluster.node, step, RestartUnit("kubelet.service")).apply()
    assert ended.code == REFUSED and not cordoned(cluster)
    return ended.words


def test_an_api_that_does_not_answer_is_said_and_nothing_is_done(cluster: Cluster) -> None:
    node = cluster.node
    node.write("/root/other.conf", node.read(ADMIN).replace(b":6443", b":6444"), 0o600)
    ended = InNode(node, CordonNode(NAME, "/root/other.conf")).apply()
    assert ended.code == REFUSED and "refused" in ended.words
    assert not cordoned(cluster)


def test_kubectl_leaves_nothing_where_it_ran(cluster: Cluster) -> None:
    assert cluster.node.text("sh", "-c", "ls -d /.kube /root/.kube 2>/dev/null || true") == ""
