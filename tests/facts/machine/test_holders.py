"""Distributions that bring their own kubelet and containerd: read at their own paths in a tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.layouts import Ages, Files, k0s, k3s, microk8s, rke2
from tests.plain_trees import KUBELET_UNIT, SOUND, judge
from tests.trees import recorded, texts, tree
from unshim.facts.machine import holders
from unshim.model.machine import CgroupDriver, Runtime
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing, known

AGES = Ages("1.28.15", "1.7.24", 2)
PATHS = {
    "k3s": ("/var/lib/rancher/k3s/agent/etc/containerd/config.toml", k3s),
    "rke2": ("/var/lib/rancher/rke2/agent/etc/containerd/config.toml", rke2),
    "MicroK8s": ("/var/snap/microk8s/current/args/containerd.toml", microk8s),
    "k0s": ("/etc/k0s/containerd.toml", k0s),
}


@pytest.mark.parametrize("name", PATHS)
def test_containerd_is_read_where_the_distribution_has_it(tmp_path: Path, name: str) -> None:
    path, layout = PATHS[name]
    containerd = known(judge(tmp_path, layout(AGES)).look.node.containerd)
    config = containerd.config
    assert isinstance(config, ContainerdConfig)
    assert (config.path.value, [file.path for file in config.files]) == (path, [path])
    assert known(config.cgroup_driver).value is CgroupDriver.SYSTEMD
    assert name.lower() in config.address.value or name in ("k3s", "rke2")
    assert containerd.unit
    assert containerd.unit.kill_mode.value == "process"
    assert isinstance(containerd.version, Missing)
    assert "--assume containerd=X.Y.Z says it" in containerd.version.reason


@pytest.mark.parametrize("name", PATHS)
def test_its_faults_are_found(tmp_path: Path, name: str) -> None:
    path, layout = PATHS[name]
    files: Files = layout(AGES)
    files[path] = 'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n' + files[path]
    assert judge(tmp_path, files).found == {"cri-plugin-disabled": "error"}


@pytest.mark.parametrize("name", ["k3s", "rke2", "k0s"])
def test_what_is_inside_its_program_is_said(tmp_path: Path, name: str) -> None:
    of = judge(tmp_path, PATHS[name][1](AGES))
    assert isinstance(of.look.node.kubelet, Missing)
    inside = f"this is a {name} node; its kubelet is inside {name}: not read"
    assert of.look.node.kubelet.reason == inside
    assert of.sentence.startswith(f"T{inside[1:]}")
    assert of.code == 3


def test_the_flags_of_microk8s(tmp_path: Path) -> None:
    files = microk8s(AGES)
    kubelet = known(judge(tmp_path / "units", files).look.node.kubelet)
    assert {flag.name: (flag.value, str(flag.source)) for flag in known(kubelet.flags)} == {
        "root-dir": (
            "/var/snap/microk8s/common/var/lib/kubelet",
            "/var/snap/microk8s/current/args/kubelet:1",
        ),
        "container-runtime-endpoint": (
            "/var/snap/microk8s/common/run/containerd.sock",
            "/var/snap/microk8s/current/args/kubelet:2",
        ),
        "cgroup-driver": ("systemd", "/var/snap/microk8s/current/args/kubelet:3"),
    }
    # Only what snap writes below /var was mailed.
    part = {path: text for path, text in files.items() if path.startswith("/var")}
    of = judge(tmp_path / "part", part)
    assert known(of.look.node.runtime).value is Runtime.CONTAINERD


def test_a_folder_left_behind_beside_a_kubelet_counts_for_nothing(tmp_path: Path) -> None:
    host = tree(tmp_path / "tree", {**SOUND, **k3s(AGES)})
    assert KUBELET_UNIT in SOUND
    assert holders.held(host) is None
    assert holders.held(tree(tmp_path / "k3s", k3s(AGES))) is not None


def test_a_recorded_node_is_known_by_what_ran(tmp_path: Path) -> None:
    assert holders.held(recorded(tmp_path, paths=texts(k3s(AGES)))) is None
