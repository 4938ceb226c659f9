"""What the kubelet runs its pods through: by its release, its endpoint, and who listens there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import texts, tree
from unshim.facts.kubelet import kubelet, runtime
from unshim.facts.systemd import units as systemd
from unshim.model.machine import CgroupDriver, Runtime, Socket, SocketState
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting, Source, Why, known

from .test_kubelet import PROCESS, _kubelet, _running, _where


@pytest.mark.parametrize(
    ("version", "endpoint", "expected"),
    [
        ("1.23.0", "unix:///run/containerd/containerd.sock", Runtime.DOCKERSHIM),
        ("1.24.0", "unix:///run/containerd/containerd.sock", Runtime.CONTAINERD),
        ("1.24.0", "/var/run/cri-dockerd.sock", Runtime.CRI_DOCKERD),
        ("1.24.0", "unix:///var/run/dockershim.sock", Runtime.DOCKERSHIM),
        ("1.24.0", "unix:///var/run/crio/crio.sock", Runtime.OTHER),
        ("1.27.0", "", Runtime.OTHER),
    ],
)
def test_the_runtime(tmp_path: Path, version: str, endpoint: str, expected: Runtime) -> None:
    flags = f'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint={endpoint}"\n'
    found = runtime.identify(_kubelet(tmp_path, version, flags=flags), Missing(""), Missing(""))
    assert known(found).value is expected


def test_from_1_24_on_no_flag_brings_dockershim_back(tmp_path: Path) -> None:
    flags = (
        "--container-runtime=docker --container-runtime-endpoint=/run/containerd/containerd.sock"
    )
    found = _kubelet(tmp_path, "1.24.0", flags=f'KUBELET_KUBEADM_ARGS="{flags}"\n')
    assert known(runtime.identify(found, Missing(""), Missing(""))).value is Runtime.CONTAINERD


def test_no_endpoint_means_dockershim_only_where_docker_is(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, "1.25.0")
    assert isinstance(runtime.identify(found, Missing(""), Missing("")), Missing)
    absent = Missing("")
    binary = Setting("/usr/bin/dockerd", Source(Origin.FILE, "/usr/bin/dockerd"))
    unknown = dict.fromkeys(Docker._fields[1:], absent)
    docker = Docker(binary, **unknown)
    assert known(runtime.identify(found, Missing(""), docker)).value is Runtime.DOCKERSHIM


def _listening(address: str) -> Containerd:
    """A containerd that listens there."""
    unknown: dict[str, Any] = dict.fromkeys(Containerd._fields, Missing("not asked"))
    return Containerd(**{**unknown, "socket": Socket(address, SocketState.LISTENING)})


@pytest.mark.parametrize("version", ["1.20.2", "1.23.1", "1.27.0"])
def test_containerd_is_known_by_where_it_listens(tmp_path: Path, version: str) -> None:
    """Images of 2021 had containerd listen at dockershim's socket."""
    remote = "--container-runtime=remote " if version < "1.27" else ""
    endpoint = "--container-runtime-endpoint=unix:///var/run/dockershim.sock"
    found = _kubelet(tmp_path, version, flags=f'KUBELET_KUBEADM_ARGS="{remote}{endpoint}"\n')
    own = runtime.identify(found, _listening("/run/dockershim.sock"), Missing(""))
    assert known(own).value is Runtime.CONTAINERD


def test_with_remote_there_is_no_dockershim(tmp_path: Path) -> None:
    flags = "--container-runtime=remote --container-runtime-endpoint=unix:///run/dockershim.sock"
    found = _kubelet(tmp_path, "1.20.2", flags=f'KUBELET_KUBEADM_ARGS="{flags}"\n')
    elsewhere = _listening("/run/containerd/containerd.sock")
    assert known(runtime.identify(found, elsewhere, Missing(""))).value is Runtime.OTHER


def test_whether_anybody_serves_dockershims_socket_is_seen_with_remote(tmp_path: Path) -> None:
    argv = ["kubelet", "--container-runtime=remote"]
    argv += ["--container-runtime-endpoint=unix:///run/dockershim.sock"]
    found = _running(
        tmp_path,
        [{**PROCESS, "argv": argv}],
        paths=texts({"/usr/bin/kubelet": ""}),
        sockets={"/run/dockershim.sock": {"state": "refused"}},
    )
    assert isinstance(found, Kubelet)
    socket = known(found.endpoint_socket)
    assert socket is not None
    assert socket.state is SocketState.REFUSED


@pytest.mark.parametrize("minor", [15, 16, 17, 18, 19])
def test_the_defaults_of_the_age_that_migrates(tmp_path: Path, minor: int) -> None:
    found = _kubelet(tmp_path, f"1.{minor}.9", config="")
    default = f"default of kubelet 1.{minor}"
    assert _where(found.runtime) == ("docker", default)
    assert _where(found.endpoint) == ("unix:///var/run/dockershim.sock", default)
    assert _where(found.cgroup_driver) == (CgroupDriver.CGROUPFS, default)
    assert _where(found.log_max_size) == ("10Mi", default)
    assert _where(found.log_max_files) == ("5", default)
    assert found.static_pod_path is None
    assert known(found.asks_runtime_for_driver).value is False
    assert isinstance(found.effective["maxPods"], Missing)
    identified = known(runtime.identify(found, Missing(""), Missing("")))
    assert identified.value is Runtime.DOCKERSHIM


def test_a_kubelet_older_than_all_known_keeps_what_is_written(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, "1.9.1")
    assert _where(found.cgroup_driver)[0] is CgroupDriver.SYSTEMD
    assert isinstance(found.runtime, Missing)
    assert "1.9.1" in found.runtime.reason


@pytest.mark.parametrize("minor", [20, 25, 28])
def test_a_program_that_nothing_starts_has_no_settings(tmp_path: Path, minor: int) -> None:
    status = f"Package: kubelet\nStatus: install ok installed\nVersion: 1.{minor}.3-00\n"
    units = {f"{folder}/systemd/system/a.service": "" for folder in ("/etc", "/lib", "/usr/lib")}
    host = tree(tmp_path, {**units, "/usr/bin/kubelet": "", "/var/lib/dpkg/status": status})
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    assert found.version
    reason = "nothing here starts the kubelet: no kubelet.service"
    for fact in (found.flags, found.endpoint, found.cgroup_driver, found.config):
        assert isinstance(fact, Missing)
        assert fact.reason == reason
    assert runtime.identify(found, Missing(""), Missing("")) == Missing(reason, Why.NOT_PRESENT)


def test_nor_has_one_whose_unit_starts_nothing(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, unit="[Unit]\nDescription=kubelet\n", drop_in="[Service]\n")
    assert isinstance(found.flags, Missing)
    assert found.flags.reason == "neither a unit nor a process gives its flags"
