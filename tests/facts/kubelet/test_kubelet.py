"""The kubelet as its files configure it: kubeadm's layout, on a plain tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import (
    CONFIG,
    DROP_IN,
    EXTRA,
    FLAGS,
    KUBEADM,
    UNIT,
    installed,
    recorded,
    texts,
    tree,
)
from unshim.facts.kubelet import kubelet, runtime
from unshim.facts.systemd import units as systemd
from unshim.model.machine import CgroupDriver, ParseError, Process, Runtime, SocketState
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting, Source, Why, known

HEAD = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"


def _kubelet(tmp_path: Path, version: str = "1.23.17-00", **changed: str) -> Kubelet:
    paths = {"unit": UNIT, "drop_in": DROP_IN, "flags": FLAGS, "config": CONFIG, "extra": EXTRA}
    files = {**KUBEADM, **(installed(kubelet=version) if version else {})}
    files |= {paths.get(name, name): text for name, text in changed.items()}
    host = tree(tmp_path, files)
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert not isinstance(found, Missing)
    return found


def _where(setting: Setting[Any] | None | Missing) -> tuple[Any, str]:
    found = known(setting)
    assert found is not None
    return found.value, str(found.source)


def test_kubeadm_with_dockershim(tmp_path: Path) -> None:
    found = _kubelet(tmp_path)
    assert _where(found.binary) == ("/usr/bin/kubelet", "/usr/bin/kubelet")
    assert str(known(found.version).value) == "1.23.17"
    assert known(found.version).source.origin is Origin.PACKAGE
    assert [(f.name, str(f.source), f.variable) for f in known(found.flags)] == [
        ("kubeconfig", f"{DROP_IN}:3", "KUBELET_KUBECONFIG_ARGS"),
        ("config", f"{DROP_IN}:4", "KUBELET_CONFIG_ARGS"),
        ("network-plugin", f"{FLAGS}:1", "KUBELET_KUBEADM_ARGS"),
        ("pod-infra-container-image", f"{FLAGS}:1", "KUBELET_KUBEADM_ARGS"),
    ]
    assert [f.path for f in found.env_files] == [FLAGS]
    assert _where(found.runtime) == ("docker", "default of kubelet 1.23")
    assert _where(found.endpoint) == ("unix:///var/run/dockershim.sock", "default of kubelet 1.23")
    assert _where(found.cgroup_driver) == (CgroupDriver.SYSTEMD, f"{CONFIG}:3")
    assert _where(found.log_max_size) == ("10Mi", "default of kubelet 1.23")
    assert _where(found.log_max_files) == ("5", "default of kubelet 1.23")
    assert _where(found.static_pod_path) == ("/etc/kubernetes/manifests", f"{CONFIG}:4")
    assert _where(found.asks_runtime_for_driver) == (False, "default of kubelet 1.23")
    assert found.dockershim_references == ()
    assert isinstance(found.running_flags, Missing)
    assert runtime.identify(found, Missing(""), Missing("")) == Setting(
        Runtime.DOCKERSHIM, Source(Origin.DEFAULT, "default of kubelet 1.23")
    )


@pytest.mark.parametrize(
    ("version", "config", "flags", "runtime_", "endpoint"),
    [
        ("1.23.1", "", "--container-runtime=remote", "remote", "unix:///var/run/dockershim.sock"),
        ("1.24.0", "", "", "remote", None),
        ("1.26.9", "containerRuntimeEndpoint: unix:///x.sock\n", "", "remote", None),
        ("1.27.0", "", "", None, "unix:///run/containerd/containerd.sock"),
        ("1.27.0", "containerRuntimeEndpoint: unix:///x.sock\n", "", None, "unix:///x.sock"),
        (
            "1.30.0",
            'containerRuntimeEndpoint: ""\n',
            "",
            None,
            "unix:///run/containerd/containerd.sock",
        ),
        (
            "1.30.0",
            "containerRuntimeEndpoint: unix:///x.sock\n",
            "--container-runtime-endpoint=/y",
            None,
            "/y",
        ),
        (
            "1.34.1",
            "",
            "--container_runtime_endpoint /a --container-runtime-endpoint=/b",
            None,
            "/b",
        ),
    ],
)
def test_runtime_and_endpoint_by_release(
    tmp_path: Path,
    version: str,
    config: str,
    flags: str,
    runtime_: str | None,
    endpoint: str | None,
) -> None:
    found = _kubelet(tmp_path, version, config=config, flags=f'KUBELET_KUBEADM_ARGS="{flags}"\n')
    got = known(found.runtime)
    assert (got.value if got else None) == runtime_
    where = known(found.endpoint)
    assert (where.value if where else None) == endpoint


def test_flags_over_the_file_and_the_last_one_wins(tmp_path: Path) -> None:
    found = _kubelet(
        tmp_path,
        config="cgroupDriver: systemd\ncontainerLogMaxSize: 50Mi\ncontainerLogMaxFiles: 3\n",
        extra="KUBELET_EXTRA_ARGS=--cgroup-driver=cgroupfs --cgroup-driver systemd "
        "--container-log-max-files=7 --pod-manifest-path=\n",
    )
    assert _where(found.cgroup_driver) == (CgroupDriver.SYSTEMD, f"{EXTRA}:1")
    assert _where(found.log_max_size) == ("50Mi", f"{CONFIG}:2")
    assert _where(found.log_max_files) == ("7", f"{EXTRA}:1")
    assert found.static_pod_path is None


@pytest.mark.parametrize(
    ("version", "config", "flag", "value"),
    [
        ("1.27.0", "KubeletCgroupDriverFromCRI: true", "", False),
        ("1.28.0", "", "", False),
        ("1.28.0", "KubeletCgroupDriverFromCRI: true", "", True),
        ("1.31.0", "", "", True),
        ("1.31.0", "KubeletCgroupDriverFromCRI: false", "", False),
        ("1.31.0", "X: true", "A=true,KubeletCgroupDriverFromCRI=false", False),
        ("1.34.0", "KubeletCgroupDriverFromCRI: false", "", True),
    ],
)
def test_whether_the_runtime_is_asked(
    tmp_path: Path, version: str, config: str, flag: str, value: bool
) -> None:
    extra = f"KUBELET_EXTRA_ARGS=--feature-gates={flag}\n" if flag else ""
    found = _kubelet(
        tmp_path, version, config=f"featureGates:\n  {config or 'Y: true'}\n", extra=extra
    )
    assert known(found.asks_runtime_for_driver).value is value


def test_drop_ins_of_the_config(tmp_path: Path) -> None:
    host = tree(
        tmp_path,
        {
            **KUBEADM,
            **installed(kubelet="1.30.1"),
            CONFIG: "cgroupDriver: cgroupfs\nfeatureGates:\n  A: true\n",
            "/etc/kubelet.d/20.conf": f"{HEAD}cgroupDriver: systemd\n",
            "/etc/kubelet.d/10.conf": f"{HEAD}cgroupDriver: x\nfeatureGates:\n  B: false\n",
            "/etc/kubelet.d/30.conf.bak": "cgroupDriver: y\n",
            EXTRA: "KUBELET_EXTRA_ARGS=--config-dir=/etc/kubelet.d\n",
        },
    )
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    assert _where(found.cgroup_driver) == (CgroupDriver.SYSTEMD, "/etc/kubelet.d/20.conf:3")
    assert not isinstance(found.config, (ParseError, Missing))
    assert found.config["featureGates"].value == {"A": True, "B": False}
    assert str(found.config["featureGates.A"].source) == f"{CONFIG}:3"


def test_a_broken_config_is_unknown_and_the_flags_still_hold(tmp_path: Path) -> None:
    found = _kubelet(
        tmp_path,
        config="cgroupDriver: systemd\n\tcgroupDriver: cgroupfs\n",
        extra="KUBELET_EXTRA_ARGS=--container-log-max-size=5Mi\n",
    )
    assert isinstance(found.config, ParseError)
    assert (found.config.path, found.config.line) == (CONFIG, 2)
    assert isinstance(found.cgroup_driver, Missing)
    assert _where(found.log_max_size) == ("5Mi", f"{EXTRA}:1")


def test_of_a_key_twice_the_last_one_holds(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, config="cgroupDriver: systemd\ncgroupDriver: cgroupfs\n")
    assert _where(found.cgroup_driver) == (CgroupDriver.CGROUPFS, f"{CONFIG}:2")


def test_config_that_is_named_and_not_there(tmp_path: Path) -> None:
    host = tree(tmp_path, {p: t for p, t in KUBEADM.items() if p != CONFIG})
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    assert found.config_file is None
    assert isinstance(found.config, Missing)
    assert found.config.why is Why.NOT_PRESENT


def test_a_driver_that_is_none(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, config='cgroupDriver: "sys\\u001b[2Jtemd"\n')
    assert isinstance(found.cgroup_driver, Missing)
    assert "\x1b" not in found.cgroup_driver.reason


def test_without_a_release_only_flags_tell(tmp_path: Path) -> None:
    found = _kubelet(tmp_path, version="")
    assert isinstance(found.version, Missing)
    assert isinstance(found.runtime, Missing)
    assert isinstance(found.endpoint, Missing)
    found = _kubelet(
        tmp_path, version="", extra="KUBELET_EXTRA_ARGS=--container-runtime-endpoint=/x\n"
    )
    assert _where(found.endpoint) == ("/x", f"{EXTRA}:1")


def test_a_wrapper_hides_the_flags(tmp_path: Path) -> None:
    found = _kubelet(
        tmp_path, drop_in="[Service]\nExecStart=\nExecStart=/bin/sh -c 'exec kubelet'\n"
    )
    assert isinstance(found.flags, Missing)
    assert "/bin/sh" in found.flags.reason


def test_hyperkube_and_own_paths(tmp_path: Path) -> None:
    drop_in = (
        "[Service]\nExecStart=\nExecStart=/opt/bin/hyperkube kubelet --v 2 -v=3 --fail-swap-on\n"
    )
    found = _kubelet(tmp_path, drop_in=drop_in)
    assert [(f.name, f.value) for f in known(found.flags)] == [
        ("v", "2"),
        ("v", "3"),
        ("fail-swap-on", None),
    ]


def test_references_to_dockershim(tmp_path: Path) -> None:
    found = _kubelet(
        tmp_path,
        flags="# --container-runtime=docker\nA='--container-runtime=docker --token=CANARY'\n",
        **{
            "/etc/kubernetes/kubeadm.yaml": "nodeRegistration:\n"
            "  criSocket: /var/run/dockershim.sock # x\n"
            "  kubeletExtraArgs:\n    container-runtime: docker\n  name: a # dockershim.sock\n",
            "/etc/kubernetes/kubeadm.yaml.bak": "criSocket: /var/run/dockershim.sock\n",
            "/etc/kubernetes/admin.conf": "token: CANARY # dockershim.sock\n",
            "/etc/default/kubelet.dpkg-old": "--docker-endpoint\n",
        },
    )
    references = known(found.dockershim_references)
    assert [str(r.source) for r in references] == [
        f"{FLAGS}:2",
        "/etc/kubernetes/kubeadm.yaml:2",
        "/etc/kubernetes/kubeadm.yaml:4",
    ]
    assert "CANARY" not in repr(references)


def _running(tmp_path: Path, processes: Any, **more: Any) -> Kubelet | Missing:
    host = recorded(tmp_path, processes=processes, **more)
    return kubelet.read(host, host.processes(), systemd.read(host))


PROCESS = {
    "pid": 7,
    "name": "kubelet",
    "exe": "/usr/bin/kubelet",
    "argv": ["/usr/bin/kubelet", "--container-runtime-endpoint=unix:///run/c.sock", "--v", "2"],
}


def test_a_process_without_a_unit(tmp_path: Path) -> None:
    paths = {**texts({"/usr/bin/kubelet": ""}), "/run/c.sock": {"kind": "socket"}}
    found = _running(
        tmp_path,
        [PROCESS],
        paths=paths,
        commands=[{"argv": ["/usr/bin/kubelet", "--version"], "stdout": "Kubernetes v1.27.4\n"}],
        sockets={"/run/c.sock": {"state": "listening"}},
    )
    assert isinstance(found, Kubelet)
    assert isinstance(found.process, Process)
    assert [f.name for f in known(found.flags)] == ["container-runtime-endpoint", "v"]
    assert known(found.flags)[0].source.origin is Origin.PROCESS
    assert known(found.running_flags) == known(found.flags)
    socket = known(found.endpoint_socket)
    assert socket is not None
    assert socket.state is SocketState.LISTENING


@pytest.mark.parametrize(
    "process",
    [
        {**PROCESS, "exe": "/tmp/evil"},
        {**PROCESS, "uid": 1000},
        {**PROCESS, "exe": "", "uid": 1000},
    ],
)
def test_a_name_alone_is_no_kubelet(tmp_path: Path, process: dict[str, Any]) -> None:
    found = _running(tmp_path, [process])
    assert isinstance(found, Kubelet)
    assert found.process is None
    assert not runtime.has_kubelet(found)
    none = runtime.identify(found, Missing(""), Missing(""))
    assert known(none).value is Runtime.NONE


def test_hyperkube_counts_by_what_it_runs(tmp_path: Path) -> None:
    hyperkube = {**PROCESS, "name": "hyperkube", "exe": "/opt/hyperkube"}
    found = _running(tmp_path, [{**hyperkube, "argv": ["hyperkube", "kubelet", "--v=2"]}])
    assert isinstance(found, Kubelet)
    assert [(f.name, f.value) for f in known(found.running_flags)] == [("v", "2")]
    found = _running(tmp_path, [{**hyperkube, "argv": ["hyperkube", "proxy", "--v=2"]}])
    assert isinstance(found, Kubelet)
    assert found.process is None


def test_who_may_not_see_the_executable_trusts_roots(tmp_path: Path) -> None:
    found = _running(tmp_path, [{**PROCESS, "exe": ""}])
    assert isinstance(found, Kubelet)
    assert isinstance(found.process, Process)


def test_a_kubelet_inside_another_process(tmp_path: Path) -> None:
    k3s = {**PROCESS, "name": "k3s-server", "exe": "/usr/local/bin/k3s", "argv": ["k3s", "server"]}
    found = _running(tmp_path, [k3s])
    assert isinstance(found, Missing)
    assert found.why is Why.NOT_OFFERED


def test_processes_that_may_not_be_seen(tmp_path: Path) -> None:
    hidden = {"missing": "not root", "why": "not-permitted"}
    found = _running(tmp_path, hidden)
    assert isinstance(found, Kubelet)
    assert isinstance(runtime.identify(found, Missing(""), Missing("")), Missing)


@pytest.mark.parametrize("name", ["dockershim.sock", "docker.sock", "cri-dockerd.sock"])
def test_sockets_that_would_start_a_daemon_are_not_connected_to(tmp_path: Path, name: str) -> None:
    found = _running(
        tmp_path,
        [{**PROCESS, "argv": ["kubelet", f"--container-runtime-endpoint=unix:///run/{name}"]}],
        paths={
            f"/run/{name}": {"kind": "socket"},
            **texts(
                {"/etc/systemd/system/cri-docker.socket": "[Socket]\n", "/usr/bin/kubelet": ""}
            ),
        },
        sockets={f"/run/{name}": {"state": "listening"}},
    )
    assert isinstance(found, Kubelet)
    socket = known(found.endpoint_socket)
    assert socket is not None
    assert socket.state is SocketState.UNKNOWN
    assert "not connected to" in socket.reason
