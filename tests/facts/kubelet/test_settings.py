"""Every setting of the kubelet by release, and what its flags and file may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trees import CONFIG, DROP_IN, EXTRA, KUBEADM, installed, tree
from unshim.facts.kubelet import kubelet
from unshim.facts.systemd import units as systemd
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting
from unshim.releases import kubelet_kinds
from unshim.releases.kubelet_kinds import ZERO, Kind
from unshim.releases.kubelet_row import FIRST, LAST
from unshim.releases.kubelet_table import TABLE

HEAD = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"


def _kubelet(tmp_path: Path, version: str, files: dict[str, str] | None = None) -> Kubelet:
    packages = installed(kubelet=version) if version else {}
    host = tree(tmp_path, {**KUBEADM, **packages, **(files or {})})
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    return found


def _value(found: Kubelet, name: str) -> Any:
    held = found.effective[name]
    assert isinstance(held, Setting), held
    return held.value


_ABSENT = object()


@pytest.mark.parametrize(
    ("version", "name", "value"),
    [
        ("1.23.17", "network-plugin", "cni"),
        ("1.23.17", "cni-bin-dir", "/opt/cni/bin"),
        ("1.24.0", "cni-bin-dir", _ABSENT),
        ("1.24.0", "network-plugin", _ABSENT),
        ("1.23.17", "container-runtime", "docker"),
        ("1.24.0", "container-runtime", "remote"),
        ("1.27.0", "container-runtime", _ABSENT),
        ("1.23.17", "containerRuntimeEndpoint", "unix:///var/run/dockershim.sock"),
        ("1.25.0", "containerRuntimeEndpoint", ""),
        ("1.36.0", "containerRuntimeEndpoint", "unix:///run/containerd/containerd.sock"),
        ("1.21.0", "seccompDefault", _ABSENT),
        ("1.22.0", "seccompDefault", False),
        ("1.30.0", "failCgroupV1", _ABSENT),
        ("1.34.0", "failCgroupV1", False),
        ("1.35.0", "failCgroupV1", True),
        ("1.29.0", "podLogsDir", _ABSENT),
        ("1.30.0", "podLogsDir", "/var/log/pods"),
        ("1.29.0", "containerLogMaxWorkers", _ABSENT),
        ("1.30.0", "containerLogMaxWorkers", 1),
        ("1.27.0", "config-dir", _ABSENT),
        ("1.28.0", "config-dir", ""),
        ("1.35.0", "pod-infra-container-image", _ABSENT),
        ("1.36.0", "mergeDefaultEvictionSettings", False),
        ("1.40.0", "maxPods", 110),
        ("1.20.2", "readOnlyPort", 0),
        ("1.20.2", "authorization.mode", "Webhook"),
    ],
)
def test_defaults_by_release(tmp_path: Path, version: str, name: str, value: object) -> None:
    found = _kubelet(tmp_path, version)
    if value is _ABSENT:
        assert name not in found.effective
    else:
        assert _value(found, name) == value


def test_defaults_without_a_file(tmp_path: Path) -> None:
    drop_in = "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=\n"
    found = _kubelet(tmp_path, "1.30.0", {DROP_IN: drop_in})
    assert _value(found, "readOnlyPort") == 10255
    assert _value(found, "authentication.anonymous.enabled") is True
    assert _value(found, "authorization.mode") == "AlwaysAllow"
    source = found.effective["readOnlyPort"]
    assert isinstance(source, Setting)
    assert str(source.source) == "default of kubelet 1.30"


@pytest.mark.parametrize(("version", "value"), [("1.22.0", "/etc/resolv.conf"), ("1.23.0", "")])
def test_an_empty_text_became_one(tmp_path: Path, version: str, value: str) -> None:
    found = _kubelet(tmp_path, version, {CONFIG: 'resolvConf: ""\n'})
    assert _value(found, "resolvConf") == value


@pytest.mark.parametrize(("version", "count"), [("1.29.3", 4), ("1.30.0", 5)])
def test_eviction_by_default(tmp_path: Path, version: str, count: int) -> None:
    assert len(_value(_kubelet(tmp_path, version), "evictionHard")) == count


def test_fields_of_a_later_release_do_not_count(tmp_path: Path) -> None:
    config = "seccompDefault: true\ncontainerRuntimeEndpoint: unix:///x.sock\nmaxPods: 9\n"
    found = _kubelet(tmp_path, "1.21.0", {CONFIG: config})
    assert "seccompDefault" not in found.effective
    assert _value(found, "containerRuntimeEndpoint") == "unix:///var/run/dockershim.sock"
    assert _value(found, "maxPods") == 9


def test_without_a_release_only_what_is_set_is_known(tmp_path: Path) -> None:
    config = "maxPods: 9\nseccompDefault: true\n"
    extra = "KUBELET_EXTRA_ARGS=--root-dir=/x\n"
    found = _kubelet(tmp_path, "", {CONFIG: config, EXTRA: extra})
    assert _value(found, "maxPods") == 9
    assert _value(found, "root-dir") == "/x"
    for name in ("port", "seccompDefault", "cert-dir", "featureGates"):
        assert isinstance(found.effective[name], Missing), name


def test_gates_one_by_one(tmp_path: Path) -> None:
    found = _kubelet(
        tmp_path,
        "1.30.0",
        {
            CONFIG: "featureGates:\n  A: true\n  B: true\n",
            EXTRA: "KUBELET_EXTRA_ARGS=--feature-gates=B=false --feature-gates C=t\n",
        },
    )
    assert _value(found, "featureGates") == {"A": True, "B": False, "C": True}
    places = {name: found.effective[f"featureGates.{name}"] for name in "ABC"}
    assert {n: str(held.source) for n, held in places.items() if isinstance(held, Setting)} == {
        "A": f"{CONFIG}:2",
        "B": f"{EXTRA}:1",
        "C": f"{EXTRA}:1",
    }


def test_gates_over_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    files = {CONFIG: "a: [\n", EXTRA: "KUBELET_EXTRA_ARGS=--feature-gates=B=false\n"}
    found = _kubelet(tmp_path, "1.30.0", files)
    assert isinstance(found.effective["featureGates"], Missing)
    assert _value(found, "featureGates.B") is False
    assert _value(found, "config") == CONFIG
    assert isinstance(found.effective["maxPods"], Missing)


@pytest.mark.parametrize(
    ("version", "variable", "told"),
    [
        ("1.27.9", True, 1),
        ("1.28.0", False, "makes kubelet 1.28 end without KUBELET_CONFIG_DROPIN_DIR_ALPHA"),
        ("1.28.0", True, "kubelet 1.28 also resets what a drop-in"),
        ("1.29.0", False, "makes kubelet 1.29 end without KUBELET_CONFIG_DROPIN_DIR_ALPHA"),
        ("1.29.0", True, 3),
        ("1.30.0", False, 3),
        ("1.36.0", False, 3),
    ],
)
def test_when_drop_ins_count(tmp_path: Path, version: str, variable: bool, told: object) -> None:
    environment = "Environment=KUBELET_CONFIG_DROPIN_DIR_ALPHA=\n" if variable else ""
    found = _kubelet(
        tmp_path,
        version,
        {
            CONFIG: "maxPods: 1\nclusterDNS: [a, b]\nsystemReserved: {cpu: 1m, memory: 1Mi}\n",
            EXTRA: "KUBELET_EXTRA_ARGS=--config-dir=/etc/k.d/\n",
            DROP_IN: KUBEADM[DROP_IN].replace("[Service]\n", f"[Service]\n{environment}"),
            "/etc/k.d/10.conf": f"{HEAD}maxPods: 2\nsystemReserved: {{cpu: 2m}}\n",
            "/etc/k.d/15/a.conf": f"{HEAD}maxPods: 3\nclusterDNS: [c]\n",
            "/etc/k.d/05.conf": f"{HEAD}maxPods: 4\n",
            "/etc/k.d/99.yaml": "maxPods: 5\n",
        },
    )
    held = found.effective["maxPods"]
    if isinstance(told, str):
        assert isinstance(held, Missing)
        assert told in held.reason
        return
    assert _value(found, "maxPods") == told
    if told == 3:
        assert _value(found, "clusterDNS") == ["c"]
        assert _value(found, "systemReserved") == {"cpu": "2m", "memory": "1Mi"}
        assert isinstance(held, Setting)
        assert str(held.source) == "/etc/k.d/15/a.conf:3"


@pytest.mark.parametrize(
    ("version", "pods", "pulls"), [("1.30.0", 0, "default of kubelet 1.30"), ("1.36.0", 110, "")]
)
def test_what_a_drop_in_empties(tmp_path: Path, version: str, pods: int, pulls: str) -> None:
    """Until 1.31 it stays empty, and a null does nothing; then either brings the default back."""
    files = {
        CONFIG: "maxPods: 1\nstaticPodPath: pods\npodsPerCore: 4\nregistryBurst: 3\n",
        EXTRA: "KUBELET_EXTRA_ARGS=--config-dir=/etc/k.d\n",
        "/etc/k.d/10.conf": f"{HEAD}maxPods: 0\nregistryBurst: null\nvolumePluginDir: x\n",
        "/etc/k.d/20.conf": f"{HEAD}resolvConf: here\n",
    }
    found = _kubelet(tmp_path, version, files)
    assert _value(found, "maxPods") == pods
    assert _value(found, "registryBurst") == (3 if pulls else 10)
    assert _value(found, "resolvConf") == ("/etc/resolv.conf" if pulls else "here")
    assert _value(found, "staticPodPath") == "/var/lib/kubelet/pods"


def test_a_broken_drop_in_hides_the_file(tmp_path: Path) -> None:
    files = {
        EXTRA: "KUBELET_EXTRA_ARGS=--config-dir=/etc/k.d --port=5\n",
        "/etc/k.d/10.conf": "maxPods: [\n",
    }
    found = _kubelet(tmp_path, "1.30.0", files)
    missing = found.effective["maxPods"]
    assert isinstance(missing, Missing)
    assert "/etc/k.d/10.conf" in missing.reason
    assert _value(found, "port") == 5


@pytest.mark.parametrize(("version", "held"), [("1.25.0", 4), ("1.26.0", 0), ("1.36.0", 0)])
def test_thresholds_without_a_file(tmp_path: Path, version: str, held: int) -> None:
    """From 1.26 on the default ones are those of a file: without one there are none."""
    unit = {DROP_IN: "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --v=2\n"}
    found = _value(_kubelet(tmp_path, version, unit), "evictionHard")
    assert isinstance(found, dict)
    assert len(found) == held


@pytest.mark.parametrize(("version", "serial"), [("1.26.0", True), ("1.27.0", False)])
def test_parallel_pulls_are_not_serial(tmp_path: Path, version: str, serial: bool) -> None:
    found = _kubelet(tmp_path, version, {CONFIG: "maxParallelImagePulls: 2\n"})
    assert _value(found, "serializeImagePulls") is serial


@pytest.mark.parametrize(
    ("kind", "flags", "value"),
    [
        (Kind.NUMBER, ["1", "0x10"], 16),
        (Kind.NUMBER, ["010"], 8),
        (Kind.NUMBER, ["-1"], -1),
        (Kind.WORDS, ["a,b", '"c,d",e'], ["a", "b", "c,d", "e"]),
        (Kind.WORDS, [""], []),
        (Kind.PAIRS, ["a=b, c = d=e ,", "a=f"], {"a": "f", "c": "d=e"}),
        (Kind.THRESHOLDS, ["a<5%"], {"a": "5%"}),
        (Kind.GATES, ["A=T,B=0"], {"A": True, "B": False}),
        (Kind.BOOLEAN, ["true", "F"], False),
        (Kind.TEXT, ["a", ""], ""),
    ],
)
def test_flags_by_kind(kind: Kind, flags: list[str], value: object) -> None:
    assert kubelet_kinds.of_flags(kind, flags) == value


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        (Kind.NUMBER, "5m"),
        (Kind.NUMBER, " 5"),
        (Kind.NUMBER, "1.5"),
        (Kind.BOOLEAN, "yes"),
        (Kind.GATES, "A=yes"),
        (Kind.GATES, "A"),
        (Kind.THRESHOLDS, "a=5%"),
        (Kind.DURATION, "5"),
    ],
)
def test_flags_that_are_refused(kind: Kind, flag: str) -> None:
    with pytest.raises(ValueError):
        kubelet_kinds.of_flags(kind, [flag])


@pytest.mark.parametrize("kind", list(Kind))
@given(held=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4), st.lists))
def test_a_file_holds_its_kind_or_nothing(kind: Kind, held: object) -> None:
    try:
        value = kubelet_kinds.of_file(kind, held)
    except ValueError:
        return
    assert type(value) is type(ZERO[kind])


def test_the_table_is_sound() -> None:
    names = [row.name for row in TABLE]
    flags = [flag for row in TABLE for flag in row.flags]
    assert len(set(names)) == len(names)
    assert len(set(flags)) == len(flags)
    for row in TABLE:
        for minor in range(FIRST, LAST + 1):
            assert type(row.default(minor, True)) is type(ZERO[row.kind]), row.name
        assert row.has_field(LAST) or row.flags, row.name


def test_every_default_names_its_release(tmp_path: Path) -> None:
    for held in _kubelet(tmp_path, "1.36.0").effective.values():
        assert isinstance(held, Setting)
        if held.source.origin is Origin.DEFAULT:
            assert held.source.where == "default of kubelet 1.36"
