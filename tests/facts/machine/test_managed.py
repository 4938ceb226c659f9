from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import tree
from unshim.facts.machine import machine, managed
from unshim.releases.distributions import KNOWN, Known, sockets, where_to_change


@pytest.mark.parametrize("known", [k for k in KNOWN if k.marker], ids=lambda k: k.name)
def test_a_distribution_by_its_mark(tmp_path: Path, known: Known) -> None:
    host = tree(tmp_path, {f"{known.marker}/x": ""})
    found = managed.read(host)
    assert found is not None
    assert (found.name, str(found.marker), found.paths) == (known.name, known.marker, known.paths)
    assert machine.read(host).manager == known.name
    assert where_to_change(known.name) == found.change


@pytest.mark.parametrize("known", [k for k in KNOWN if k.system], ids=lambda k: k.name)
def test_a_system_by_its_name(tmp_path: Path, known: Known) -> None:
    host = tree(tmp_path, {"/usr/lib/os-release": f'NAME="x"\nID="{known.system}"\n'})
    found = managed.read(host)
    assert found is not None
    assert (found.name, str(found.marker)) == (known.name, "/usr/lib/os-release")


def test_a_distribution_goes_before_the_system_below_it(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/os-release": "ID=flatcar\n", "/var/lib/rancher/rke2/x": ""})
    found = managed.read(host)
    assert found is not None
    assert found.name == "rke2"


@pytest.mark.parametrize("release", ["ID=debian\n", "", "ID=\n", "ID='\n"])
def test_a_node_of_nobody(tmp_path: Path, release: str) -> None:
    host = tree(tmp_path, {"/etc/os-release": release})
    assert managed.read(host) is None
    assert machine.read(host).manager == ""


def test_paths_of_their_own() -> None:
    paths = {known.name: known.paths for known in KNOWN}
    k3s = "/var/lib/rancher/k3s/agent/etc"
    assert paths["k3s"].containerd_config == f"{k3s}/containerd/config.toml"
    assert f"{k3s}/containerd/config.toml.tmpl" in paths["k3s"].templates
    assert (paths["k3s"].kubelet_process, paths["rke2"].kubelet_process) == ("k3s", "kubelet")
    assert paths["kind"].containerd_config == "/etc/containerd/config.toml"
    assert sockets() == (
        "/run/k3s/containerd/containerd.sock",
        "/var/snap/microk8s/common/run/containerd.sock",
        "/run/k0s/containerd.sock",
    )


def test_the_cloud_providers_file_does_not_make_a_node_of_aks(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/kubernetes/azure.json": "{}", "/etc/os-release": "ID=ubuntu\n"})
    assert managed.read(host) is None


def test_talos_makes_a_tree_of_its_registries() -> None:
    (talos,) = (known for known in KNOWN if known.name == "Talos")
    assert talos.paths.certs_d == "/etc/cri/conf.d/hosts"
    assert talos.paths.registries == "machine.registries of the machine configuration"


def test_eks_imports_what_an_operator_adds() -> None:
    (eks,) = (known for known in KNOWN if known.name == "Amazon EKS")
    assert eks.paths.templates == ("/etc/containerd/config.d",)


@pytest.mark.parametrize("name", ["k3s", "rke2"])
def test_both_templates_are_named_where_to_change_a_setting(name: str) -> None:
    words = where_to_change(name)
    assert "config-v3.toml.tmpl" in words
    assert f"/etc/rancher/{name}" in words


def test_each_name_and_mark_is_told_once() -> None:
    assert len({known.name for known in KNOWN}) == len(KNOWN)
    marks = [known.marker or known.system for known in KNOWN]
    assert all(marks)
    assert len(set(marks)) == len(KNOWN)
