"""Docker's copies of the pods that the kubelet starts again on containerd."""

from __future__ import annotations

import pytest

from checks.kubelet.dockershim import kubelet_dockershim_reference
from checks.kubelet.flags import kubelet_removed_flags
from tests.checks.changed import with_kubelet
from tests.fixes.carried_out import acts, notes, refusal, steps
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.pods import Pod, PodOrigin, Pods, StaticPod
from unshim.model.values import known

READY = "dockershim-ready-to-move"
STOP = "docker ps -q --filter label=io.kubernetes.pod.uid | xargs -r docker stop"


def _pod(name: str, origin: PodOrigin = PodOrigin.STATIC, ready: bool = True) -> Pod:
    return Pod(name, name, "kube-system", "u", ready, origin)


def _with(*pods: Pod, ports: tuple[int, ...] = (), name: str = "etcd") -> Node:
    """A node whose Docker runs these pods, with a manifest that asks for these ports."""
    seen = node(READY)
    static = StaticPod("/m.yaml", name, "kube-system", (), True, ports)
    docker = known(seen.docker)._replace(pods=Pods(pods, ()))
    return seen._replace(docker=docker, static_pods=(static,))


def _stopped(seen: Node) -> Node:
    """The same node whose kubelet somebody stopped."""
    unit = known(known(seen.kubelet).unit)
    assert unit is not None
    state = known(unit.state)._replace(active="inactive", sub="dead")
    return with_kubelet(seen, process=None, unit=unit._replace(state=state))


def test_a_port_that_both_need_is_refused_with_what_frees_it() -> None:
    refused = refusal(
        kubelet_dockershim_reference, _with(_pod("etcd-worker-1"), ports=(2379, 2381))
    )
    assert refused.reason.startswith("the static pod kube-system/etcd holds port 2379, 2381 of")
    assert refused.first == ("systemctl stop kubelet", STOP)
    assert refused.after == ("systemctl start kubelet",)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(_with(_pod("etcd-worker-1")), id="it asks for no port"),
        pytest.param(_with(_pod("etcd-worker-1", ready=False), ports=(1,)), id="it was stopped"),
        pytest.param(_with(_pod("other-worker-1"), ports=(1,)), id="another pod"),
        pytest.param(_with(ports=(1,)), id="Docker runs none"),
    ],
)
def test_without_a_clash_it_moves(seen: Node) -> None:
    assert acts(steps(kubelet_dockershim_reference, seen)) == ["kubelet.service"]


def test_what_will_run_twice_is_said_with_the_command_that_ends_it() -> None:
    seen = _with(_pod("etcd-worker-1"), _pod("proxy-x", PodOrigin.DAEMONSET))
    (said,) = notes(kubelet_dockershim_reference, seen)
    assert said.text.startswith(
        "Docker goes on running kube-system/etcd-worker-1, kube-system/proxy-x, and the kubelet "
        "starts the same again on containerd"
    )
    assert said.command == STOP
    assert notes(kubelet_dockershim_reference, _with()) == []


def test_a_kubelet_that_was_stopped_for_it_stays_so_and_that_is_said() -> None:
    seen = _stopped(_with(_pod("etcd-worker-1", ready=False), ports=(2379,)))
    assert acts(steps(kubelet_dockershim_reference, seen)) == []
    (said,) = notes(kubelet_dockershim_reference, seen)
    assert said.command == "systemctl start kubelet"


UPGRADED = node("dockershim-kubelet-upgraded-to-1.27")


def test_a_kubelet_that_would_start_on_containerd_waits_for_the_images_of_its_pods() -> None:
    refused = refusal(kubelet_removed_flags, UPGRADED)
    assert refused.reason.startswith("containerd does not have what pods need: ")
    assert [c.split(" | ")[0] for c in refused.first] == [
        "docker save k8s.gcr.io/pause:3.2",
        "docker save busybox:1.36",
    ]


def test_it_is_told_what_will_run_twice() -> None:
    seen = node("dockershim-kubelet-upgraded-to-1.27-and-ready")
    assert any(note.command == STOP for note in notes(kubelet_removed_flags, seen))


def test_without_pods_in_docker_its_flags_alone_are_its_fault() -> None:
    docker = known(UPGRADED.docker)._replace(pods=Pods((), ()))
    assert steps(kubelet_removed_flags, UPGRADED._replace(docker=docker))
