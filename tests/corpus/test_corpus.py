"""The corpus: sound trees of many layouts and ages without a false word, and faults by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.corpus import layouts as of
from tests.corpus.layouts import Ages, Files
from tests.plain_trees import Judged, judged, report_of
from tests.trees import tree
from unshim.host.tree import TreeHost
from unshim.model.checks import Outcome
from unshim.model.values import Missing, Version

PAIRS = (
    *(("1.15.12", "1.2.13"), ("1.16.15", "1.3.9"), ("1.17.17", "1.3.10"), ("1.18.20", "1.4.13")),
    *(("1.19.16", "1.4.13"), ("1.20.15", "1.4.13"), ("1.21.14", "1.5.18"), ("1.22.17", "1.5.18")),
    *(("1.23.17", "1.6.20"), ("1.24.17", "1.6.20"), ("1.25.16", "1.6.33"), ("1.26.15", "1.6.33")),
    *(("1.27.16", "1.7.16"), ("1.28.15", "1.7.24"), ("1.29.14", "1.7.24"), ("1.30.10", "1.7.27")),
    *(("1.31.6", "2.0.4"), ("1.32.3", "2.0.5"), ("1.33.1", "2.1.4"), ("1.34.1", "2.1.4")),
    *(("1.35.0", "2.2.0"), ("1.36.0", "2.3.0")),
)


def _configs(containerd: str) -> tuple[int, ...]:
    if containerd.startswith("2."):
        return (2, 3)
    return (1,) if containerd.startswith("1.2.") else (1, 2)


EVERY = [Ages(k, c, version) for k, c in PAIRS for version in _configs(c)]
SOME = EVERY[::6]
LAYOUTS: dict[str, tuple[Callable[[Ages], Files], list[Ages]]] = {
    "kubeadm-debian": (of.kubeadm_debian, EVERY),
    "kubeadm-rpm": (of.kubeadm_rpm, SOME),
    "kind": (of.kind, SOME),
    "eks": (of.eks, SOME),
    "kops": (of.kops, SOME),
    "aks": (of.aks, SOME),
    "flatcar": (of.flatcar, SOME),
    "machine-controller": (of.machine_controller, SOME),
    "minikube": (of.minikube, SOME),
    "microk8s": (of.microk8s, SOME),
}
HELD: dict[str, Callable[[Ages], Files]] = {"k3s": of.k3s, "rke2": of.rke2, "k0s": of.k0s}


def _look(folder: Path, files: Files, ages: Ages) -> Judged:
    tree(folder, files)
    said = {"kubelet": ages.kubelet, "containerd": ages.containerd}
    assumed = {name: Version(*map(int, text.split("."))) for name, text in said.items()}
    seen = judged(TreeHost(str(folder), assumed))
    assert json.loads(report_of(seen))["summary"]["sentence"] == seen.sentence
    return seen


def _rows() -> Iterator[tuple[str, Ages]]:
    for name, (_, ages) in LAYOUTS.items():
        yield from ((name, one) for one in ages)


def test_there_are_a_hundred() -> None:
    assert len(list(_rows())) + len(HELD) * len(SOME) + len(FAULTS) >= 100


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_sound_tree_is_well(tmp_path: Path, name: str) -> None:
    files, every = LAYOUTS[name]
    wrong = {}
    for number, ages in enumerate(every):
        seen = _look(tmp_path / str(number), files(ages), ages)
        said = (seen.found, sorted(seen.of(Outcome.UNKNOWN) | seen.of(Outcome.ERROR)), seen.code)
        if said != ({}, [], 0):
            wrong[ages] = said
    assert wrong == {}


@pytest.mark.parametrize("name", HELD)
def test_what_a_distribution_holds_is_said(tmp_path: Path, name: str) -> None:
    for number, ages in enumerate(SOME):
        seen = _look(tmp_path / str(number), HELD[name](ages), ages)
        assert (seen.found, seen.of(Outcome.ERROR), seen.code) == ({}, set(), 3), ages
        assert seen.sentence.startswith(f"This is a {name} node; its kubelet is inside {name}")
        assert "no Kubernetes node" not in seen.sentence
        containerd = seen.look.node.containerd
        assert not isinstance(containerd, Missing)
        assert seen.results["cri-plugin-disabled"].outcome is Outcome.PASS, ages
        assert seen.results["containerd-unit-killmode"].outcome is Outcome.PASS, ages


A20, A24 = Ages("1.20.15", "1.4.13", 2), Ages("1.24.17", "1.6.20", 2)
A19, A27, A36 = (
    Ages("1.19.16", "1.4.13", 2),
    Ages("1.27.16", "1.7.24", 2),
    Ages("1.36.0", "2.3.5", 3),
)
A33, A35 = Ages("1.33.1", "2.1.4", 3), Ages("1.35.0", "2.2.0", 3)
LIMITED = f"{of.SYSTEMD}containerLogMaxSize: 50Mi\n"
OLD_KEY = '[plugins."io.containerd.grpc.v1.cri"]\nsystemd_cgroup = true\n'
DOCKER = {
    "/usr/bin/dockerd": "",
    "/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd\n",
}


def _with(ages: Ages, **more: str) -> tuple[Ages, Files]:
    """A node of kubeadm's with other texts: of containerd, its kubelet, kubeadm's flags, crictl."""
    paths = {
        "toml": of.TOML,
        "config": of.CONFIG,
        "flags": "/var/lib/kubelet/kubeadm-flags.env",
        "crictl": "/etc/crictl.yaml",
    }
    changed = {paths[name]: text for name, text in more.items()}
    return ages, {**of.kubeadm_debian(ages), **changed}


def _flags(ages: Ages, extra: str) -> str:
    return f'KUBELET_KUBEADM_ARGS="{of.flags(ages)} {extra}"\n'


SHORT = 'disabled_plugins = ["cri"]\n'
MIRRORS = '[plugins."{}".registry.mirrors."docker.io"]\nendpoint = ["https://m.example"]\n'
HOSTS = '[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n'
QUOTED = '{"exec-opts": ["native.cgroupdriver=\\"systemd\\""]}\n'
TWO_ROOTS = """\
[plugins."io.containerd.cri.v1.images".registry]
config_path = "/etc/containerd/certs.d:/etc/docker/certs.d"
"""
# By what people reported: the state, and what must be named.
FAULTS: dict[str, tuple[tuple[Ages, Files], dict[str, str]]] = {
    "SystemdCgroup was forgotten": (
        _with(A24, toml=of.toml(A24).replace("true", "false")),
        {"cgroup-driver-mismatch": "error"},
    ),
    "the kubelet was left on cgroupfs": (
        _with(A24, config=f"{of.HEAD}cgroupDriver: cgroupfs\n"),
        {"cgroup-driver-mismatch": "error"},
    ),
    "crictl asks dockershim": (
        _with(A24, crictl="runtime-endpoint: unix:///var/run/dockershim.sock\n"),
        {"crictl-config-endpoint-wrong": "error"},
    ),
    "containerd 1.3 with CRI disabled": (
        _with(Ages("1.18.20", "1.3.7", 1), toml=SHORT + of.toml(Ages("", "1.3.7", 1))),
        {"cri-plugin-disabled": "error"},
    ),
    "containerd 1.4 with CRI disabled": (
        _with(Ages("1.20.15", "1.4.9", 1), toml=SHORT + of.toml(Ages("", "1.4.9", 1))),
        {"cri-plugin-disabled": "error"},
    ),
    "containerd 2.3 with CRI disabled": (
        _with(A36, toml=of.toml(A36, 'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n')),
        {"cri-plugin-disabled": "error"},
    ),
    "--container-runtime at 1.27": (
        _with(A27, flags=_flags(A27, "--container-runtime=remote")),
        {"kubelet-container-runtime-flag": "error"},
    ),
    "--network-plugin at 1.24": (
        _with(A24, flags=_flags(A24, "--network-plugin=cni")),
        {"kubelet-removed-flags": "error"},
    ),
    "kubelet 1.26 on containerd 1.5": (
        _with(Ages("1.26.15", "1.5.18", 2)),
        {"cri-api-skew": "error"},
    ),
    "the old key with runc.v2": (
        _with(A20, toml=of.toml(A20, OLD_KEY)),
        {"cgroup-old-systemd-cgroup-key": "error"},
    ),
    "an option misspelt": (
        _with(A20, toml=of.toml(A20).replace("SystemdCgroup", "systemd_cgroup")),
        {"cgroup-driver-mismatch": "error", "containerd-config-unread": "warning"},
    ),
    "no `version = 2`": (
        _with(A24, toml=of.toml(A24).replace("version = 2\n", "")),
        {"cgroup-driver-mismatch": "error", "containerd-config-unread": "warning"},
    ),
    "no crictl.yaml": (
        (A24, {p: t for p, t in of.kubeadm_debian(A24).items() if "crictl.yaml" not in p}),
        {"crictl-config-missing": "warning"},
    ),
    "EKS of 2021, whose containerd listens at dockershim.sock": (
        (A20, of.eks_of_2021(A20)),
        {"containerd-socket-named-dockershim": "warning"},
    ),
    "kubelet 1.19 with dockershim": (
        (A19, {**_with(A19, flags="KUBELET_KUBEADM_ARGS=--network-plugin=cni\n")[1], **DOCKER}),
        {"kubelet-dockershim-reference": "warning", "log-rotation-unset": "warning"},
    ),
    "containerd's first runtime with the systemd driver is sound": (
        _with(A24, toml=of.toml(A24, OLD_KEY).replace("runc.v2", "runtime.v1.linux")),
        {},
    ),
    "limits of logs that Docker does not know": (
        (
            A20,
            {
                **_with(A20, config=LIMITED, flags="X=1\n")[1],
                **DOCKER,
            },
        ),
        {"kubelet-dockershim-reference": "warning", "log-rotation-unset": "warning"},
    ),
    "mirrors beside config_path": (
        _with(A24, toml=of.toml(A24) + MIRRORS.format("io.containerd.grpc.v1.cri") + HOSTS),
        {},
    ),
    "mirrors beside the config_path that 2.2 has by default": (
        _with(A35, toml=of.toml(A35) + MIRRORS.format("io.containerd.cri.v1.images")),
        {},
    ),
    "two roots in config_path": (
        _with(A33, toml=of.toml(A33) + TWO_ROOTS),
        {},
    ),
    "another sandbox image than the kubelet's": (
        _with(A24, flags=_flags(A24, "--pod-infra-container-image=mirror.example/pause:3.7")),
        {},
    ),
    "containerd's first runtime, its program not named": (
        _with(A20, toml=of.toml(A20, OLD_KEY).replace("runc.v2", "runtime.v1.linux")),
        {},
    ),
    "Docker's driver in quotes of its own": (
        (A20, {**_with(A20, flags="X=1\n")[1], **DOCKER, "/etc/docker/daemon.json": QUOTED}),
        {"kubelet-dockershim-reference": "warning", "log-rotation-unset": "warning"},
    ),
    "a handler without a type": (
        _with(A24, toml=of.toml(A24).replace('runtime_type = "io.containerd.runc.v2"', "")),
        {"containerd-default-handler-unusable": "error"},
    ),
    "containerd's configuration is no TOML": (
        _with(A20, toml="version = = 2\n"),
        {"containerd-config-parse-error": "error"},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(tmp_path: Path, name: str) -> None:
    (ages, files), wanted = FAULTS[name]
    seen = _look(tmp_path, files, ages)
    assert seen.found == wanted
    assert seen.of(Outcome.ERROR) == set()
    assert seen.code == (1 if "error" in wanted.values() else 0)
