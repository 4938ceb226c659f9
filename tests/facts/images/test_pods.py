"""Pods and containers as the CRI service of recorded daemons lists them."""

from __future__ import annotations

import pytest

from tests.facts.images.test_images import LINES, daemon
from tests.fake_containerd import load
from unshim.facts.images import pods
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.model.parts.pods import PodOrigin, Pods
from unshim.model.values import Missing, Why


@pytest.mark.parametrize("line", LINES)
def test_pods_and_who_made_them(line: str) -> None:
    with daemon(load(line)) as found:
        seen = pods.read(LocalHost(), found)
    assert isinstance(seen, Pods), seen
    assert {pod.name: pod.origin for pod in seen.pods} == {
        "etcd-node": PodOrigin.STATIC,
        "proxy-abcde": PodOrigin.DAEMONSET,
        "web": PodOrigin.OTHER,
    }
    assert all(pod.ready and pod.namespace == "kube-system" for pod in seen.pods)
    assert {pod.uid for pod in seen.pods} == {f"uid-of-{pod.name}" for pod in seen.pods}
    assert {container.pod_id for container in seen.containers} == {pod.id for pod in seen.pods}
    for container in seen.containers:
        assert (container.name, container.state) == ("main", "running")
        assert container.image == "docker.io/library/app:1"
        assert container.created > 1_600_000_000


def test_a_disabled_cri_plugin_gives_its_reason() -> None:
    with daemon(load("1.6-cri-disabled")) as found:
        seen = pods.read(LocalHost(), found)
    assert isinstance(seen, Missing)
    assert seen.why is Why.NOT_OFFERED


def test_half_an_answer_is_none() -> None:
    method = "/runtime.v1.RuntimeService/ListContainers"
    answers = load("1.6").changed(method, RpcError("DEADLINE_EXCEEDED", ""))
    with daemon(answers) as found:
        seen = pods.read(LocalHost(), found)
    assert isinstance(seen, Missing)
    assert seen.why is Why.TIMEOUT
