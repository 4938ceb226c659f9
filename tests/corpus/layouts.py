"""Layouts of nodes as projects lay them out, by templates of our own: paths, units, flags."""

from __future__ import annotations

from collections.abc import Mapping

from tests.trees import DROP_IN, KUBEADM, installed
from tests.trees import UNIT as UNIT_FILE
from unshim.model.nouns import NamedTuple

Files = dict[str, str]
RUN = "unix:///run/containerd/containerd.sock"
DOCKERSHIM = "unix:///run/dockershim.sock"
CRICTL = {"/usr/bin/crictl": "", "/etc/crictl.yaml": f"runtime-endpoint: {RUN}\n"}
UNIT = "[Service]\nExecStart={0}\nKillMode=process\nDelegate=yes\n"
CONFIG = "/var/lib/kubelet/config.yaml"
HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
SYSTEMD = f"{HEAD}cgroupDriver: systemd\n"
_OF_JSON = '"kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1"'
TOML = "/etc/containerd/config.toml"


class Ages(NamedTuple):
    """The releases on a node, and the version of containerd's configuration."""

    kubelet: str
    containerd: str
    config: int

    @property
    def minor(self) -> int:
        return int(self.kubelet.split(".")[1])


def toml(ages: Ages, before: str = "") -> str:
    """A sound configuration with the systemd driver, as releases of that age have it."""
    if ages.config == 3:
        runc = "plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc"
    elif ages.config == 2:
        runc = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc'
    elif ages.containerd.startswith("1.2."):
        kind = 'runtime_type = "io.containerd.runtime.v1.linux"'
        handler = f"[plugins.cri.containerd.default_runtime]\n{kind}\n"
        return f"{before}[plugins.cri]\nsystemd_cgroup = true\n{handler}"
    else:
        runc = "plugins.cri.containerd.runtimes.runc"
    head = "" if ages.config == 1 else f"version = {ages.config}\n"
    kind = 'runtime_type = "io.containerd.runc.v2"'
    return f"{head}{before}[{runc}]\n{kind}\n[{runc}.options]\nSystemdCgroup = true\n"


def flags(ages: Ages, endpoint: str = RUN) -> str:
    """What puts a kubelet of that age on containerd."""
    remote = "--container-runtime=remote " if ages.minor <= 23 else ""
    return f"{remote}--container-runtime-endpoint={endpoint}"


def packages(ages: Ages) -> Files:
    return installed(**{"kubelet": f"{ages.kubelet}-1.1", "containerd.io": f"{ages.containerd}-1"})


def _containerd(ages: Ages, program: str = "/usr/bin/containerd") -> Files:
    unit = "/lib/systemd/system/containerd.service"
    return {unit: UNIT.format(program), program: "", TOML: toml(ages), **CRICTL}


def kubeadm_debian(ages: Ages) -> Files:
    env = {"/var/lib/kubelet/kubeadm-flags.env": f'KUBELET_KUBEADM_ARGS="{flags(ages)}"\n'}
    return {**KUBEADM, **_containerd(ages), **packages(ages), **env}


def kubeadm_rpm(ages: Ages) -> Files:
    files = kubeadm_debian(ages)
    drop_in = files.pop(DROP_IN).replace("/etc/default/", "/etc/sysconfig/")
    del files["/var/lib/dpkg/status"]
    files["/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"] = drop_in
    files["/usr/lib/systemd/system/kubelet.service"] = files.pop(UNIT_FILE)
    extra = {"/etc/sysconfig/kubelet": "KUBELET_EXTRA_ARGS=\n", "/etc/os-release": "ID=rhel\n"}
    return {**files, **extra}


def kind(ages: Ages) -> Files:
    files = kubeadm_debian(ages)
    for path in ("/usr/bin/containerd", "/var/lib/dpkg/status"):
        del files[path]
    files["/etc/systemd/system/kubelet.service.d/11-kind.conf"] = "[Service]\nCPUAccounting=true\n"
    return {**files, **_containerd(ages, "/usr/local/bin/containerd"), "/kind/version": "v1\n"}


def _own_unit(
    ages: Ages, program: str, words: str, more: Mapping[str, str], head: str = ""
) -> Files:
    unit = f"[Unit]\nAfter=containerd.service\n[Service]\n{head}ExecStart={program} {words}\n"
    return {
        **_containerd(ages),
        program: "",
        "/etc/systemd/system/kubelet.service": unit,
        **more,
    }


def eks(ages: Ages) -> Files:
    json = f'{{{_OF_JSON}, "cgroupDriver": "systemd"}}\n'
    path = "/etc/kubernetes/kubelet/kubelet-config.json"
    words = f"\\\n  --config {path} \\\n  {flags(ages)} \\\n  $KUBELET_ARGS $KUBELET_EXTRA_ARGS"
    args = "/etc/systemd/system/kubelet.service.d/10-kubelet-args.conf"
    more = {
        path: json,
        args: "[Service]\nEnvironment='KUBELET_ARGS=--node-ip=10.0.0.1 --v=2'\n",
        "/etc/eks/bootstrap.sh": "#!/bin/sh\n",
    }
    return _own_unit(ages, "/usr/bin/kubelet", words, more)


def eks_of_2021(ages: Ages) -> Files:
    """containerd listens where dockershim did."""
    files = {p: text.replace(RUN, DOCKERSHIM) for p, text in eks(ages).items()}
    address = '[grpc]\naddress = "/run/dockershim.sock"\n'
    return {**files, TOML: f"{files[TOML]}{address}"}


def kops(ages: Ages) -> Files:
    args = f'DAEMON_ARGS="--config={CONFIG} {flags(ages)} --v=2"\n'
    more = {"/etc/sysconfig/kubelet": args, CONFIG: SYSTEMD}
    head = "EnvironmentFile=/etc/sysconfig/kubelet\n"
    return _own_unit(ages, "/usr/local/bin/kubelet", '"$DAEMON_ARGS"', more, head)


def aks(ages: Ages) -> Files:
    env = "KUBELET_CONFIG_FILE_FLAGS=--config /etc/default/kubeletconfig.json\n"
    env += f"KUBELET_FLAGS=--v=2 {flags(ages)}\n"
    more = {
        "/etc/default/kubelet": env,
        "/etc/default/kubeletconfig.json": f'{{{_OF_JSON}, "cgroupDriver": "systemd"}}\n',
        "/etc/systemd/system/kubelet.service.d/10-containerd.conf": "[Service]\nEnvironment=A=b\n",
        "/opt/azure/containers/provision.sh": "#!/bin/sh\n",
    }
    head = "EnvironmentFile=/etc/default/kubelet\n"
    words = "--enable-server $KUBELET_CONFIG_FILE_FLAGS $KUBELET_FLAGS"
    return _own_unit(ages, "/usr/local/bin/kubelet", words, more, head)


def flatcar(ages: Ages) -> Files:
    more = {
        CONFIG: SYSTEMD,
        "/etc/os-release": "ID=flatcar\n",
        "/etc/systemd/system/containerd.service.d/10-use-custom-config.conf": "[Service]\n"
        f"ExecStart=\nExecStart=/usr/bin/containerd --config {TOML}\n",
    }
    return _own_unit(ages, "/opt/bin/kubelet", f"--config={CONFIG} {flags(ages)}", more)


def machine_controller(ages: Ages) -> Files:
    words = f"$KUBELET_EXTRA_ARGS --config={CONFIG} {flags(ages)} --cert-dir=/etc/kubernetes/pki"
    more = {CONFIG: SYSTEMD, "/etc/kubernetes/bootstrap-kubelet.conf": "a: b\n"}
    head = "EnvironmentFile=-/etc/environment\n"
    return _own_unit(ages, "/opt/bin/kubelet", words, more, head)


def minikube(ages: Ages) -> Files:
    program = f"/var/lib/minikube/binaries/v{ages.kubelet}/kubelet"
    words = f"--config={CONFIG} {flags(ages)}"
    return _own_unit(ages, program, words, {CONFIG: SYSTEMD})


def microk8s(ages: Ages) -> Files:
    data = "/var/snap/microk8s/current/args"
    args = flags(ages, "${SNAP_COMMON}/run/containerd.sock").replace(" ", "\n")
    return {
        f"{data}/kubelet": f"--root-dir=${{SNAP_COMMON}}/var/lib/kubelet\n{args}\n"
        "--cgroup-driver=systemd\n",
        f"{data}/containerd.toml": toml(ages),
        "/etc/systemd/system/snap.microk8s.daemon-containerd.service": "[Service]\n"
        "ExecStart=/usr/bin/snap run microk8s.daemon-containerd\nKillMode=process\n",
        "/usr/bin/snap": "",
        "/usr/lib/systemd/system/snapd.service": "[Service]\n",
        "/usr/bin/crictl": "",
        "/etc/crictl.yaml": "runtime-endpoint: unix:///var/snap/microk8s/common/run/containerd.sock\n",
        "/snap/microk8s/current/bin/containerd": "",
    }


def _rancher(ages: Ages, name: str, unit: str) -> Files:
    return {
        f"/var/lib/rancher/{name}/agent/etc/containerd/config.toml": toml(ages),
        f"/etc/systemd/system/{unit}": UNIT.format(f"/usr/local/bin/{name} server"),
        f"/usr/local/bin/{name}": "",
        "/usr/lib/systemd/system/dbus.service": "[Service]\n",
    }


def k3s(ages: Ages) -> Files:
    return _rancher(ages, "k3s", "k3s.service")


def rke2(ages: Ages) -> Files:
    return _rancher(ages, "rke2", "rke2-agent.service")


def k0s(ages: Ages) -> Files:
    return {
        "/etc/k0s/containerd.toml": toml(ages),
        "/var/lib/k0s/bin/containerd": "",
        "/etc/systemd/system/k0sworker.service": UNIT.format("/usr/local/bin/k0s worker"),
        "/usr/local/bin/k0s": "",
        "/usr/lib/systemd/system/dbus.service": "[Service]\n",
    }
