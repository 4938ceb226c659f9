"""Kubelets in kubeadm's layout: 1.20, built from Debian's source, and newer ones of the folder of
programs.

They run without an API server: their pods are static ones on the node's disk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import programs
from .cache import build_once, call, digest, remove_tree
from .images import busybox_image, docker_archive, oci_archive, pause_image
from .machine import Machine
from .node import Node
from .packages import HOME_SUITE, source_files, unpacked

Runtime = Literal["dockershim", "containerd"]
Line = Literal["1.20", "1.23", "1.27", "1.36"]
VERSION = "v1.20.2"
PAUSE = "k8s.gcr.io/pause:3.2"
IMAGE = "docker.io/library/busybox:1.36"
FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
_VERSIONED = "k8s.io/kubernetes/vendor/k8s.io/component-base/version"
_LINKED = {"gitVersion": VERSION, "gitMajor": "1", "gitMinor": "20", "gitTreeState": "clean"}

UNIT = """\
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/home/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
"""

# kubeadm's, but without --kubeconfig: there is no API server.
DROP_IN = """\
# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the \
KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. \
Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. \
KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS \
$KUBELET_EXTRA_ARGS
"""

CONFIG = """\
apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: true
  webhook:
    enabled: false
authorization:
  mode: AlwaysAllow
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failSwapOn: false
fileCheckFrequency: 1s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
kind: KubeletConfiguration
rotateCertificates: true
runtimeRequestTimeout: 0s
staticPodPath: /etc/kubernetes/manifests
syncFrequency: 2s
"""

CNI = {
    "cniVersion": "0.3.1",
    "name": "lab",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "cni0",
            "isGateway": True,
            "ipMasq": True,
            "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.0.0/24"}]]},
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}

_ENDPOINT = "--container-runtime-endpoint=unix:///run/containerd/containerd.sock"
_PAUSE_FLAG = f"--pod-infra-container-image={PAUSE}"
_ARGS: dict[tuple[Runtime, Line], tuple[str, ...]] = {
    ("dockershim", "1.20"): ("--network-plugin=cni --cni-bin-dir=/usr/lib/cni", _PAUSE_FLAG),
    ("dockershim", "1.23"): ("--network-plugin=cni --cni-bin-dir=/usr/lib/cni", _PAUSE_FLAG),
    ("containerd", "1.20"): (
        "--container-runtime=remote",
        "--container-runtime-endpoint=/run/containerd/containerd.sock",
        _PAUSE_FLAG,
    ),
    ("containerd", "1.23"): ("--container-runtime=remote", _ENDPOINT, _PAUSE_FLAG),
    ("containerd", "1.27"): (_ENDPOINT, _PAUSE_FLAG),
    ("containerd", "1.36"): (_ENDPOINT,),
}
"""What kubeadm of that release writes. Source: kubernetes cmd/kubeadm/app/phases/kubelet/flags.go
of v1.20, v1.23, v1.27 and v1.36."""


@dataclass(frozen=True)
class Pod:
    """A static pod of one container that stays."""

    name: str
    image: str = IMAGE
    namespace: str = "default"
    host_network: bool = True
    command: tuple[str, ...] = ("/bin/sh", "-c", "echo up; exec sleep 1000000")

    def manifest(self) -> str:
        """The file in /etc/kubernetes/manifests."""
        return f"""\
apiVersion: v1
kind: Pod
metadata:
  name: {self.name}
  namespace: {self.namespace}
  labels:
    app: {self.name}
spec:
  hostNetwork: {str(self.host_network).lower()}
  terminationGracePeriodSeconds: 1
  containers:
  - name: {self.name}
    image: {self.image}
    imagePullPolicy: Never
    command: {json.dumps(self.command)}
"""


def layer(line: Line = "1.20") -> Path:
    """A layer for `Node.boot(layers=...)` that holds /usr/bin/kubelet; 1.20 is built once in
    minutes."""
    if line != "1.20":
        return programs.layer("kubelet", line)
    return build_once(f"kubelet-{digest(VERSION, _LINKED)}", _build)


def _build(part: Path) -> None:
    go = unpacked(HOME_SUITE, "golang-1.19-go", "golang-1.19-src").path / "usr/lib/go-1.19"
    work = part / "work"
    work.mkdir()
    source_files(HOME_SUITE, "kubernetes", work)
    (work / "source").mkdir()
    call(["tar", "-xf", str(next(work.glob("*.orig.tar.*"))), "-C", str(work / "source")])
    tree = next(work.glob("source/*/cmd/kubelet")).parents[1]
    package = work / "go/src/k8s.io/kubernetes"
    package.parent.mkdir(parents=True)
    package.symlink_to(tree)
    program = part / "usr/bin/kubelet"
    stamps = " ".join(f"-X {_VERSIONED}.{name}={value}" for name, value in _LINKED.items())
    call(
        [
            "nice",
            str(go / "bin/go"),
            "build",
            "-ldflags",
            f"-s -w {stamps}",
            "-o",
            str(program),
            "k8s.io/kubernetes/cmd/kubelet",
        ],
        cwd=package,
        env={
            "GOROOT": str(go),
            "GOPATH": str(work / "go"),
            "GOCACHE": str(work / "build"),
            "GO111MODULE": "off",
            "CGO_ENABLED": "0",
        },
        timeout=3600,
    )
    remove_tree(work)


def flags(runtime: Runtime, line: Line = "1.20") -> str:
    """What kubeadm writes to its flags file for that runtime."""
    return f'KUBELET_KUBEADM_ARGS="{" ".join(_ARGS[runtime, line])}"\n'


def config(line: Line = "1.20") -> str:
    """The configuration of a kubelet of that release; 1.36 takes this machine's cgroup v1 only
    when it is told to."""
    return CONFIG if line != "1.36" else f"{CONFIG}failCgroupV1: false\n"


def install(
    node: Machine,
    runtime: Runtime = "dockershim",
    pods: Sequence[Pod] = (),
    line: Line = "1.20",
) -> None:
    """Write the kubelet's files as kubeadm lays them out; before boot or later."""
    node.write("/lib/systemd/system/kubelet.service", UNIT)
    node.write("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", DROP_IN)
    node.write("/var/lib/kubelet/config.yaml", config(line))
    node.write(FLAGS, flags(runtime, line))
    node.write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=\n")
    node.write("/etc/cni/net.d/10-lab.conflist", json.dumps(CNI, indent=2) + "\n")
    node.run(["mkdir", "-p", "/etc/kubernetes/manifests"])
    for pod in pods:
        node.write(f"/etc/kubernetes/manifests/{pod.name}.yaml", pod.manifest(), 0o600)


def load_images(node: Machine, runtime: Runtime, pods: Sequence[Pod]) -> None:
    """Give the runtime the pause image and the images of these pods."""
    images = [pause_image(PAUSE), *(busybox_image(ref) for ref in {pod.image for pod in pods})]
    if runtime == "dockershim":
        node.run(["docker", "load"], input=docker_archive(*images))
    else:
        argv = ["ctr", "-n", "k8s.io", "images", "import", "-"]
        node.run(argv, input=oci_archive(*images))


def use_containerd(node: Node) -> None:
    """Let containerd's CRI use the pause image that is on the node."""
    config = node.read("/etc/containerd/config.toml").decode()
    section = '  [plugins."io.containerd.grpc.v1.cri"]\n'
    node.write(
        "/etc/containerd/config.toml",
        config.replace(section, f'{section}    sandbox_image = "{PAUSE}"\n'),
    )
    node.systemctl("restart", "containerd")
    node.wait_socket("/run/containerd/containerd.sock")


def boot(
    runtime: Runtime = "dockershim",
    pods: Sequence[Pod] = (Pod("web"),),
    line: Line = "1.20",
    **settings: Any,
) -> Node:
    """A node whose kubelet runs these pods; `settings` are those of `Node.boot`."""
    node = Node.boot(layers=[layer(line)], **settings)
    try:
        if runtime == "containerd":
            use_containerd(node)
        load_images(node, runtime, pods)
        install(node, runtime, pods, line)
        node.systemctl("daemon-reload")
        node.systemctl("enable", "--now", "kubelet")
        wait_running(node, pods)
    except BaseException:
        node.stop()
        raise
    return node


def running(node: Machine) -> set[str]:
    """The names of the pods whose containers all run, as the kubelet reports them."""
    program = (
        "import ssl, urllib.request as u; c = ssl._create_unverified_context(); "
        "print(u.urlopen('https://127.0.0.1:10250/runningpods/', context=c).read().decode())"
    )
    done = node.run(["python3", "-c", program], check=False)
    if done.returncode:
        return set()
    items = json.loads(done.stdout)["items"] or []
    return {item["metadata"]["name"] for item in items if item["spec"]["containers"]}


def wait_running(node: Machine, pods: Sequence[Pod], timeout: float = 120) -> None:
    """Wait until the kubelet runs these pods. Seconds."""
    names = {f"{pod.name}-{node.name.lower()}" for pod in pods}
    node.wait(lambda: names <= running(node), f"pods {sorted(names)}", timeout)
