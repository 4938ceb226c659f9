"""Pods that containerd still runs after the kubelet went back to Docker: which count."""

from __future__ import annotations

from typing import Any

import pytest

from checks.workload.left_behind import containerd_pods_left_running
from tests.checks.changed import BEFORE, FLAGS, HEALTHY, HOST, result, verdict, with_kubelet
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.containerd import Task
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.values import Missing, Setting, known

UNSEEN = Missing("not root")
WEB = Task("k8s.io", "web", 7, "running")


def _with(*tasks: Task, pods: Pods | Missing = UNSEEN, seen: bool = True) -> Node:
    """A node on dockershim whose containerd has these tasks, and CRI these pods."""
    base = node(BEFORE)
    containerd = known(base.containerd)
    facts: dict[str, Any] = {"tasks": tasks if seen else UNSEEN}
    running = known(containerd.running)._replace(**facts)
    return base._replace(containerd=containerd._replace(running=running), pods=pods)


def _pods(*names: str, ready: bool = True) -> Pods:
    pods = (Pod(n, n, "shop", "", ready, PodOrigin.STATIC) for n in names)
    return Pods(tuple(pods), ())


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(_with(WEB), "warning", id="one runs"),
        pytest.param(_with(), "pass", id="none runs"),
        pytest.param(_with(WEB._replace(status="stopped")), "pass", id="it ended"),
        pytest.param(_with(WEB._replace(namespace="moby")), "pass", id="Docker's own"),
        pytest.param(_with(seen=False), "unknown", id="they could not be seen"),
        pytest.param(node(HEALTHY), "not-applicable", id="they belong there"),
        pytest.param(node(HOST), "not-applicable", id="no kubelet"),
    ],
)
def test_what_the_kubelet_left_counts(seen: Node, want: str) -> None:
    assert verdict(containerd_pods_left_running, seen) == want


@pytest.mark.parametrize(
    ("pods", "summary", "names"),
    [
        (_pods("web"), "containerd still runs 1 pod of the kubelet's", ["shop/web"]),
        (_pods("web", "api"), "containerd still runs 2 pods of the kubelet's", ["shop/api"]),
        (_pods("other"), "containerd still runs 2 tasks of the kubelet's", ["api", "web"]),
        (UNSEEN, "containerd still runs 2 tasks of the kubelet's", ["api", "web"]),
    ],
)
def test_they_are_named_as_pods_where_cri_tells_them(
    pods: Pods | Missing, summary: str, names: list[str]
) -> None:
    seen = _with(WEB, WEB._replace(id="api"), pods=pods)
    (finding,) = result(containerd_pods_left_running, seen).findings
    assert finding.summary == summary
    assert [e.value for e in finding.evidence][: len(names)] == names


def test_while_the_kubelet_that_runs_uses_containerd_they_are_its_own() -> None:
    endpoint = Setting("unix:///run/containerd/containerd.sock", FLAGS)
    running = {
        "container-runtime": Setting("remote", FLAGS),
        "containerRuntimeEndpoint": endpoint,
    }
    seen = with_kubelet(_with(WEB), running=running)
    assert verdict(containerd_pods_left_running, seen) == "pass"
