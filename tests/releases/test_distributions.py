"""Distributions that write a node's files themselves: told apart, and where to change them."""

from __future__ import annotations

import pytest

from unshim.model.parts.managed import Paths
from unshim.releases.distributions import KNOWN, Known, markers, sockets, where_to_change


def test_no_two_are_told_by_the_same() -> None:
    for told in ([k.name for k in KNOWN], [k.marker for k in KNOWN], [k.system for k in KNOWN]):
        there = [word for word in told if word]
        assert len(set(there)) == len(there)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_each_is_told_by_a_path_or_by_os_release(known: Known) -> None:
    assert bool(known.marker) != bool(known.system)
    assert known.marker == "" or known.marker.startswith("/")
    assert known.change


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_its_paths_are_absolute(known: Known) -> None:
    paths = known.paths
    placed = [paths.containerd_socket, paths.containerd_config, *paths.templates, paths.certs_d]
    for path in [*placed, paths.crictl_config, paths.cni_conf_dir]:
        assert path == "" or path.startswith("/"), path


@pytest.mark.parametrize(
    ("manager", "words"),
    [
        pytest.param("k0s", "/etc/k0s", id="one that is known"),
        pytest.param(
            "Amazon EKS", "the node image or node configuration of Amazon EKS", id="a cloud's"
        ),
        pytest.param("Acme", "the node image or node configuration of Acme", id="any other"),
    ],
)
def test_where_to_change_a_setting(manager: str, words: str) -> None:
    assert where_to_change(manager) == words


def test_k3s_and_rke2_share_a_socket_and_nothing_else() -> None:
    k3s, rke2 = (k.paths for k in KNOWN if k.name in ("k3s", "rke2"))
    assert k3s.containerd_socket == rke2.containerd_socket
    assert k3s.containerd_config != rke2.containerd_config
    assert (k3s.kubelet_process, rke2.kubelet_process) == ("k3s", "kubelet")


def test_sockets_are_those_at_unusual_places_each_once() -> None:
    found = sockets()
    assert Paths().containerd_socket not in found
    assert len(set(found)) == len(found)
    assert "/run/k0s/containerd.sock" in found
    assert found.index("/run/k3s/containerd/containerd.sock") == 0


def test_markers_are_paths_alone() -> None:
    told = dict(markers())
    assert told["/var/lib/rancher/rke2"] == "rke2"
    assert "" not in told
    assert {k.name for k in KNOWN if k.system} & set(told.values()) == set()
