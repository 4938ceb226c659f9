"""Flags taken away and endpoints set: what goes with them, what waits for the move."""

from __future__ import annotations

import pytest

from checks.kubelet.endpoint import kubelet_endpoint_invalid, kubelet_endpoint_missing
from checks.kubelet.flags import kubelet_endpoint_ignored, kubelet_removed_flags
from tests.checks.changed import BEFORE, HEALTHY, of_release, with_containerd, with_kubelet
from tests.fixes.carried_out import ENV, acts, file_of, refusal, steps, texts, undrained
from tests.laws.nodes import node
from unshim.model.machine import Flag, Unit
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

AT = Source(Origin.FLAG, ENV, 1)
CONFIG = "/var/lib/kubelet/config.yaml"


def _given(minor: int, *flags: str, name: str = HEALTHY) -> Node:
    """A node whose kubelet 1.`minor` has these flags, all in kubeadm's file."""
    text = f'KUBELET_KUBEADM_ARGS="{" ".join(f"--{flag}" for flag in flags)}"\n'
    pairs = (flag.partition("=") for flag in flags)
    return with_kubelet(
        node(name),
        version=of_release((1, minor)),
        env_files=(file_of(ENV, text),),
        flags=tuple(Flag(n, v, AT, "KUBELET_KUBEADM_ARGS") for n, _, v in pairs),
    )


@pytest.mark.parametrize(
    ("minor", "flags", "left"),
    [
        pytest.param(24, ["network-plugin=cni", "v=2"], "--v=2", id="dockershim's go"),
        pytest.param(23, ["network-plugin=cni", "v=2"], "--v=2", id="before their release, too"),
        pytest.param(
            26,
            ["container-runtime=remote", "cni-bin-dir=/x"],
            "--container-runtime=remote",
            id="the runtime stays while it is known",
        ),
        pytest.param(27, ["container-runtime=remote", "cni-bin-dir=/x"], "", id="then it goes"),
        pytest.param(
            33,
            ["pod-infra-container-image=a", "cni-bin-dir=/x"],
            "--pod-infra-container-image=a",
            id="the pause image stays",
        ),
        pytest.param(34, ["pod-infra-container-image=a"], "", id="one release before its end"),
        pytest.param(26, ["logtostderr=true", "v=2"], "--v=2", id="of its log"),
        pytest.param(33, ["cloud-config=/x", "v=2"], "--v=2", id="what the next release takes"),
        pytest.param(
            32, ["cloud-config=/x", "cni-bin-dir=/x"], "--cloud-config=/x", id="no sooner"
        ),
        pytest.param(27, ["config-dir=/x", "v=2"], "--v=2", id="one that is not there yet"),
        pytest.param(
            23,
            ["experimental-bootstrap-kubeconfig=/x", "v=2"],
            "--bootstrap-kubeconfig=/x --v=2",
            id="of two names the newer one is set",
        ),
        pytest.param(
            23,
            ["experimental-bootstrap-kubeconfig=/x", "bootstrap-kubeconfig=/y"],
            "--bootstrap-kubeconfig=/y",
            id="where it is not",
        ),
        pytest.param(28, ["my-own=1", "cni-bin-dir=/x"], "--my-own=1", id="unknown ones stay"),
    ],
)
def test_removed_flags(minor: int, flags: list[str], left: str) -> None:
    done = steps(kubelet_removed_flags, _given(minor, *flags))
    assert texts(done) == {ENV: f'KUBELET_KUBEADM_ARGS="{left}"\n'}
    assert acts(done) == ["kubelet.service"]


def test_dockershim_s_flags_wait_for_the_move() -> None:
    seen = _given(20, "network-plugin=cni", name=BEFORE)
    refused = refusal(kubelet_removed_flags, seen)
    assert refused.reason.startswith("while pods run through dockershim it needs these flags")
    assert refused.by_hand == ("unshim apply kubelet-dockershim-reference",)


def _in_state(seen: Node, active: str) -> Node:
    unit = known(known(seen.kubelet).unit)
    assert isinstance(unit, Unit)
    state = known(unit.state)._replace(active=active)
    return with_kubelet(seen, unit=unit._replace(state=state))


@pytest.mark.parametrize(
    ("active", "restarts"),
    [
        ("active", ["kubelet.service"]),
        ("failed", ["kubelet.service"]),
        ("activating", ["kubelet.service"]),
        ("inactive", []),
    ],
)
def test_only_a_kubelet_that_somebody_stopped_is_left_alone(
    active: str, restarts: list[str]
) -> None:
    seen = _in_state(_given(28, "cni-bin-dir=/x"), active)
    assert acts(steps(kubelet_removed_flags, seen)) == restarts


def test_flags_in_a_drop_in_need_systemd_to_read_it() -> None:
    path = "/etc/systemd/system/kubelet.service.d/20-own.conf"
    seen = _given(28)
    unit = known(known(seen.kubelet).unit)
    assert isinstance(unit, Unit)
    drop_in = file_of(path, '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--cni-bin-dir=/x --v=2"\n')
    flag = Flag("cni-bin-dir", "/x", Source(Origin.FLAG, path, 2), "KUBELET_EXTRA_ARGS")
    seen = with_kubelet(seen, unit=unit._replace(files=(*unit.files, drop_in)), flags=(flag,))
    done = steps(kubelet_removed_flags, seen)
    assert "KUBELET_EXTRA_ARGS=--v=2" in texts(done)[path]
    assert acts(done) == ["reload", "kubelet.service"]


def test_a_flag_in_a_package_s_file_is_left_to_a_person() -> None:
    place = Source(Origin.FLAG, "/lib/systemd/system/kubelet.service", 9)
    seen = with_kubelet(_given(28), flags=(Flag("cni-bin-dir", "/x", place),))
    refused = refusal(kubelet_removed_flags, seen)
    assert refused.by_hand == (
        "systemctl edit --full kubelet.service (/lib/systemd/system/kubelet.service:9): remove "
        "--cni-bin-dir=/x",
        "systemctl daemon-reload",
        "systemctl restart kubelet",
    )


def test_a_missing_endpoint_is_set_and_what_stops_the_kubelet_goes_with_it() -> None:
    seen = _given(25, "network-plugin=cni", "v=2")
    flags = texts(steps(kubelet_endpoint_missing, seen))[ENV]
    assert "--container-runtime-endpoint=unix:///run/containerd/containerd.sock" in flags
    assert "network-plugin" not in flags and "--v=2" in flags


def test_where_docker_s_pods_may_run_setting_it_is_a_move() -> None:
    before = "dockershim-ready-to-move"
    refused = refusal(kubelet_endpoint_missing, undrained(_given(25, "v=2", name=before)))
    assert "is not drained" in refused.reason


def test_an_endpoint_that_is_ignored_is_used_once_the_node_is_drained() -> None:
    ready = node("dockershim-ready-and-its-endpoint-is-ignored")
    assert "--container-runtime=remote" in texts(steps(kubelet_endpoint_ignored, ready))[ENV]
    refused = refusal(kubelet_endpoint_ignored, undrained(ready))
    assert refused.first[0].startswith("kubectl drain ")


def _endpoint_of(file: str, place: str = CONFIG) -> Node:
    """A kubelet whose file sets its endpoint."""
    seen = _given(28, "v=2")
    wrong = Setting[object]("unix://unix:///a", Source(Origin.FILE, place, 2))
    effective = {**known(seen.kubelet).effective, "containerRuntimeEndpoint": wrong}
    return with_kubelet(seen, effective=effective, config_file=file_of(CONFIG, file))


def test_an_endpoint_in_the_file_is_corrected_there() -> None:
    seen = _endpoint_of("a: 1\ncontainerRuntimeEndpoint: unix://unix:///a\nb: 2\n")
    (text,) = texts(steps(kubelet_endpoint_invalid, seen)).values()
    assert text.splitlines()[0::2] == ["a: 1", "b: 2"]
    assert "unix:///run/containerd/containerd.sock" in text and "unix://unix" not in text


def test_an_endpoint_that_leads_to_a_silent_containerd_is_not_set() -> None:
    seen = with_containerd(_endpoint_of(""), running=Missing("timed out"))
    refused = refusal(kubelet_endpoint_invalid, seen)
    assert refused.reason == "containerd does not answer: timed out"
    assert refused.by_hand == ("journalctl -u containerd",)
    stopped = refusal(kubelet_endpoint_invalid, with_containerd(seen, process=None))
    assert stopped.first == ("systemctl start containerd",)
