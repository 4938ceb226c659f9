"""Static pods that are wanted: each runs, or it is said which does not and how far it came."""

from __future__ import annotations

import pytest

from checks.images.namespaces import images_wrong_namespace
from checks.workload.static_pods import static_pods_not_running
from tests.checks.changed import HEALTHY, HOST, evidence, result, uses, verdict
from tests.laws.nodes import node, results
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods, StaticPod
from unshim.model.values import Missing

UNSEEN = Missing("not root")


def _wanting(*names: str) -> tuple[StaticPod, ...]:
    folder = "/etc/kubernetes/manifests"
    return tuple(StaticPod(f"{folder}/{name}.yaml", name, "shop", ()) for name in names)


def _running(*names: str, ready: bool = True, state: str = "running") -> Pods:
    pods = tuple(Pod(n, f"{n}-worker-1", "shop", "", ready, PodOrigin.STATIC) for n in names)
    return Pods(pods, tuple(Container(n, n, n, "", state, 0.0) for n in names))


def _seen(wanted: tuple[StaticPod, ...] | Missing, pods: Pods | Missing) -> Node:
    return node(HEALTHY)._replace(static_pods=wanted, pods=pods)


@pytest.mark.parametrize(
    ("wanted", "pods", "want"),
    [
        (_wanting("api", "web"), _running("api", "web"), "pass"),
        (_wanting("api", "web"), _running("web"), "error"),
        (_wanting("api"), Pods((), ()), "error"),
        (_wanting("api"), UNSEEN, "unknown"),
        (UNSEEN, _running("api"), "unknown"),
        ((), UNSEEN, "pass"),
    ],
)
def test_each_is_seen_to_run_or_it_is_an_error(
    wanted: tuple[StaticPod, ...] | Missing, pods: Pods | Missing, want: str
) -> None:
    assert verdict(static_pods_not_running, _seen(wanted, pods)) == want


@pytest.mark.parametrize(
    ("wanted", "up", "summary"),
    [
        (("api",), (), "the static pod api does not run"),
        (("api", "web"), (), "0 of 2 static pods run"),
        (("api", "web"), ("api",), "1 of 2 static pods runs"),
        (("api", "etcd", "web"), ("api", "web"), "2 of 3 static pods run"),
    ],
)
def test_the_summary_counts_those_that_run(
    wanted: tuple[str, ...], up: tuple[str, ...], summary: str
) -> None:
    (finding,) = result(static_pods_not_running, _seen(_wanting(*wanted), _running(*up))).findings
    assert finding.summary == summary
    assert [e.what for e in finding.evidence] == [f"shop/{n}" for n in wanted if n not in up]
    assert not finding.caused_by


@pytest.mark.parametrize(
    ("pods", "value"),
    [
        (Pods((), ()), "not made yet"),
        (_running("api", state="exited"), "no container of it runs"),
        (_running("api", ready=False), "its sandbox is not ready"),
    ],
)
def test_the_evidence_says_how_far_it_came(pods: Pods, value: str) -> None:
    shown = evidence(static_pods_not_running, _seen(_wanting("api"), pods))["shop/api"]
    assert (shown.value, shown.expected) == (value, "runs")
    assert str(shown.source) == "/etc/kubernetes/manifests/api.yaml"


def test_pods_that_docker_runs_count_where_the_kubelet_uses_docker() -> None:
    seen = node("dockershim")
    assert verdict(static_pods_not_running, seen) == "pass"
    assert verdict(static_pods_not_running, seen._replace(pods=UNSEEN)) == "pass"


def test_another_runtime_is_not_asked() -> None:
    seen = uses(_seen(_wanting("api"), UNSEEN), Runtime.OTHER)
    assert verdict(static_pods_not_running, seen) == "unknown"
    assert verdict(static_pods_not_running, seen._replace(static_pods=())) == "pass"


def test_without_a_kubelet_none_is_wanted() -> None:
    assert verdict(static_pods_not_running, node(HOST)) == "not-applicable"


def test_one_that_lacks_its_image_follows_from_that() -> None:
    (finding,) = results("containerd-image-only-in-default")["static-pods-not-running"].findings
    assert finding.follows is images_wrong_namespace
    seen = node("containerd-image-only-in-default")
    for other in (seen._replace(images=UNSEEN), seen._replace(pods=Pods((), ()))):
        (finding,) = result(static_pods_not_running, other).findings
        assert finding.follows is None, "web has its image, and does not run either"
