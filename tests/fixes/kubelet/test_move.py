"""The move to containerd: the flags that go and come by release, and what must be true first."""

from __future__ import annotations

import pytest

from checks.kubelet.dockershim import kubelet_dockershim_reference
from tests.checks.changed import FILE, of_release, with_containerd, with_kubelet, with_settings
from tests.fixes.carried_out import ENV, acts, notes, refusal, steps, texts, undrained
from tests.laws.nodes import node
from unshim.model.machine import Flag, Reference
from unshim.model.node import Node
from unshim.model.parts.containerd import Condition, ContainerdRunning, Cri
from unshim.model.values import Missing, Origin, Source, known

READY = "dockershim-ready-to-move"
ENDPOINT = "--container-runtime-endpoint=unix:///run/containerd/containerd.sock"
PAUSE = "--pod-infra-container-image=k8s.gcr.io/pause:3.2"


def _release(minor: int) -> Node:
    return with_kubelet(node(READY), version=of_release((1, minor)))


@pytest.mark.parametrize(
    ("minor", "flags"),
    [
        pytest.param(20, f"--container-runtime=remote {ENDPOINT} {PAUSE}", id="both are needed"),
        pytest.param(23, f"--container-runtime=remote {ENDPOINT} {PAUSE}", id="the last to"),
        pytest.param(24, f"{ENDPOINT} {PAUSE}", id="the endpoint alone"),
        pytest.param(26, f"{ENDPOINT} {PAUSE}", id="the last without a default"),
        pytest.param(27, PAUSE, id="containerd is the default"),
        pytest.param(35, "", id="the pause image goes too"),
    ],
)
def test_the_flags_of_each_release(minor: int, flags: str) -> None:
    done = steps(kubelet_dockershim_reference, _release(minor))
    assert texts(done)[ENV].strip() == f'KUBELET_KUBEADM_ARGS="{flags}"'
    assert acts(done) == ["kubelet.service"]


def test_the_socket_is_that_of_this_containerd() -> None:
    socket = known(node(READY).containerd).socket._replace(path="/run/k3s/containerd.sock")
    done = steps(kubelet_dockershim_reference, with_containerd(node(READY), socket=socket))
    assert "endpoint=unix:///run/k3s/containerd.sock " in texts(done)[ENV]


def _registered(*flags: str) -> Node:
    """A node whose kubelet is given these flags too."""
    ready = node(READY)._replace(machine=node(READY).machine._replace(name="Worker-1"))
    source = Source(Origin.FLAG, "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", 3)
    more = tuple(Flag(name, "/etc/kubernetes/kubelet.conf", source) for name in flags)
    return with_kubelet(ready, flags=(*known(known(ready.kubelet).flags), *more))


def _annotating(seen: Node) -> list[str]:
    told = notes(kubelet_dockershim_reference, seen)
    return [note.command for note in told if "kubeadm" in note.text]


def test_what_kubeadm_keeps_outside_the_node_is_told_with_its_command() -> None:
    annotation = "kubeadm.alpha.kubernetes.io/cri-socket=unix:///run/containerd/containerd.sock"
    assert _annotating(_registered("kubeconfig")) == [
        f"kubectl annotate node worker-1 --overwrite {annotation}"
    ]


def test_a_node_of_no_cluster_or_not_of_kubeadms_has_no_annotation() -> None:
    assert _annotating(_registered()) == []
    kubelet = known(_registered("kubeconfig").kubelet)
    place = "/etc/default/kubelet"
    elsewhere = [
        f._replace(source=f.source._replace(where=f.source.where.replace(ENV, place)))
        for f in known(kubelet.flags)
    ]
    files = tuple(f._replace(path=place) for f in kubelet.env_files if f.path == ENV)
    other = with_kubelet(node(READY), flags=tuple(elsewhere), env_files=files)
    assert texts(steps(kubelet_dockershim_reference, other))[place]
    assert _annotating(other) == []


def _running(**facts: object) -> Node:
    """A node whose containerd's CRI is otherwise."""
    running = known(known(node(READY).containerd).running)
    cri = Cri(**{**known(running.cri)._asdict(), **facts})
    return with_containerd(node(READY), running=running._replace(cri=cri))


def _silent(part: str) -> Node:
    """A node whose containerd, or its CRI, does not answer."""
    running: ContainerdRunning = known(known(node(READY).containerd).running)
    gone = Missing("timed out")
    changed = gone if part == "containerd" else running._replace(cri=gone)
    return with_containerd(node(READY), running=changed)


LOGS = "journalctl -u containerd"
DRAIN = "kubectl drain worker-1 --ignore-daemonsets --delete-emptydir-data"


@pytest.mark.parametrize(
    ("seen", "reason", "first", "by_hand"),
    [
        (undrained(node(READY)), "this node is not drained: shop/api run here", (DRAIN,), ()),
        (
            _silent("containerd"),
            "containerd cannot serve the kubelet: timed out",
            (),
            (LOGS,),
        ),
        (_silent("cri"), "containerd cannot serve the kubelet: timed out", (), (LOGS,)),
        (
            undrained(node("dockershim-containerd-without-cri")),
            "containerd cannot serve the kubelet: containerd's CRI service: unknown service "
            "runtime.v1.RuntimeService",
            ("unshim apply cri-plugin-disabled",),
            (),
        ),
        (
            _running(conditions=(Condition("RuntimeReady", False, "", ""),)),
            "containerd's CRI service says that it is not ready",
            (),
            ("crictl info", LOGS),
        ),
        (
            _running(apis=("v1",)),
            "kubelet 1.20.2 speaks CRI v1alpha2, containerd v1: one of them must be of another "
            "release",
            (),
            (),
        ),
        (
            with_settings(node(READY), FILE, cgroupDriver="systemd"),
            "the kubelet uses the systemd cgroup driver, containerd does not yet",
            ("unshim apply cgroup-driver-mismatch",),
            (),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_must_be_true_first(
    seen: Node, reason: str, first: tuple[str, ...], by_hand: tuple[str, ...]
) -> None:
    refused = refusal(kubelet_dockershim_reference, seen)
    assert refused.reason == reason
    assert (refused.first, refused.by_hand) == (first, by_hand)


def _named_in(place: Source) -> Node:
    line = Reference("  ExecStart=/usr/bin/kubelet --docker=dockershim ", place)
    return with_kubelet(node(READY), dockershim_references=(line,))


def test_a_reference_that_it_does_not_edit_is_left_to_a_person() -> None:
    place = Source(Origin.FILE, "/etc/cron.d/watch", 4)
    refused = refusal(kubelet_dockershim_reference, _named_in(place))
    assert refused.reason.startswith("dockershim is also named in /etc/cron.d/watch:4,")
    (first,) = refused.first
    assert first == "edit /etc/cron.d/watch:4: ExecStart=/usr/bin/kubelet --docker=dockershim"


@pytest.mark.parametrize(
    "place",
    [
        Source(Origin.FLAG, ENV, 1),
        Source(Origin.FILE, "/var/lib/kubelet/config.yaml", 3),
        Source(Origin.UNIT, "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", 3),
        Source(Origin.PROCESS, "process kubelet"),
    ],
    ids=["its flags", "its file", "its unit", "the process, which ends"],
)
def test_what_it_edits_is_no_hindrance(place: Source) -> None:
    assert texts(steps(kubelet_dockershim_reference, _named_in(place)))


def test_once_on_containerd_only_leftovers_go_and_no_drain_is_asked_for() -> None:
    seen = undrained(node("containerd-flags-left-behind"))
    done = steps(kubelet_dockershim_reference, seen)
    assert "network-plugin" not in texts(done)[ENV]
    assert acts(done) == ["kubelet.service"]
