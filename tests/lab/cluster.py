"""A real API server for one node: Debian's etcd and kubectl, and kube-apiserver of the folder.

They share the node's network and end with it; what they write is not on the node's disk, and their
processes are not the node's. There is neither controller manager nor scheduler: what these would
do, such as making a ServiceAccount or choosing a pod's node, is done here, or does not happen.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import programs
from .cache import LabError
from .node import PATH, Node
from .packages import unpacked

LINE = "1.36"
ADDRESS = "192.0.2.10"
SOCKET = "unix:///run/containerd/containerd.sock"

_KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: {address}
nodeRegistration:
  name: {name}
  criSocket: {socket}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
certificatesDir: {pki}
networking:
  serviceSubnet: 10.96.0.0/16
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
{kubelet}"""


class Cluster:
    """An API server that listens in a node's network. It ends when the node does."""

    def __init__(self, node: Node, name: str = "") -> None:
        """Name the places of the one that runs beside this node; `Cluster.start` starts it."""
        self.node = node
        self.name = name or node.text("hostname").lower()
        self.path = node.scratch.path / "cluster"
        self.pki = self.path / "pki"
        self._space = ["nsenter", "-t", str(node.leader), "-u", "-i", "-n"]
        self._kubectl = unpacked("sid", "kubectl").path / "usr/bin"

    @classmethod
    def start(cls, node: Node, kubelet: str = "", name: str = "") -> Cluster:
        """A running API server. `kubelet` are lines of the KubeletConfiguration that kubeadm is
        given, `name` is the node's where it is not that of its host.

        Raises:
            Unavailable: the folder has no kube-apiserver or kubeadm.
        """
        made = cls(node, name)
        made.path.mkdir()
        values = {"address": ADDRESS, "name": made.name, "socket": SOCKET, "pki": made.pki}
        text = _KUBEADM.format(**values, kubelet=kubelet)
        (made.path / "kubeadm.yaml").write_text(text)
        made.kubeadm("certs", "all")
        for whose in ("super-admin", "kubelet"):
            made.kubeadm("kubeconfig", whose, f"--kubeconfig-dir={made.path}")
        made._serve()
        made._populate()
        return made

    def kubectl_program(self) -> Path:
        """Debian's kubectl."""
        return self._kubectl / "kubectl"

    def kubeadm(self, *phase: str) -> None:
        """Run a phase of `kubeadm init` beside the node; LabError where it fails."""
        program = str(programs.binary("kubeadm", LINE))
        config = f"--config={self.path / 'kubeadm.yaml'}"
        done = self._run([*self._space, program, "init", "phase", *phase, config])
        if done.returncode:
            raise LabError(f"kubeadm init phase {shlex.join(phase)}:\n{done.stdout.decode()}")

    def _run(
        self, argv: Sequence[str], data: bytes | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """In the node's cgroups, both outputs in one. Seconds."""
        return subprocess.run(
            self.node.scratch.inside(list(argv)),
            input=b"" if data is None else data,
            env={
                "PATH": f"{self._kubectl}:{PATH}",
                "HOME": str(self.path),
                "KUBECONFIG": str(self.path / "super-admin.conf"),
            },
            timeout=timeout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _serve(self) -> None:
        store = "http://127.0.0.1:2379"
        self._daemon(
            [
                str(unpacked("trixie", "etcd-server").path / "usr/bin/etcd"),
                f"--data-dir={self.path / 'etcd'}",
                "--unsafe-no-fsync",
                f"--listen-client-urls={store}",
                f"--advertise-client-urls={store}",
                "--listen-peer-urls=http://127.0.0.1:2380",
            ]
        )
        pki = self.pki
        self._daemon(
            [
                str(programs.binary("kube-apiserver", LINE)),
                f"--etcd-servers={store}",
                "--secure-port=6443",
                f"--advertise-address={ADDRESS}",
                f"--client-ca-file={pki}/ca.crt",
                f"--tls-cert-file={pki}/apiserver.crt",
                f"--tls-private-key-file={pki}/apiserver.key",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                f"--service-account-key-file={pki}/sa.pub",
                f"--service-account-signing-key-file={pki}/sa.key",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                f"--kubelet-client-certificate={pki}/apiserver-kubelet-client.crt",
                f"--kubelet-client-key={pki}/apiserver-kubelet-client.key",
            ]
        )
        self.wait(lambda: self.says("get", "--raw", "/readyz") == "ok", "the API server")

    def _daemon(self, argv: list[str]) -> None:
        with open(self.path / f"{Path(argv[0]).name}.log", "wb") as log:
            subprocess.Popen(
                self.node.scratch.inside([*self._space, *argv]),
                env={"PATH": os.environ.get("PATH", PATH)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _populate(self) -> None:
        """What controllers give each namespace; the second ConfigMap is OpenShift's."""
        self.kubectl("create", "serviceaccount", "default")
        certificate = f"--from-file=ca.crt={self.pki}/ca.crt"
        self.kubectl("create", "configmap", "kube-root-ca.crt", certificate)
        self.kubectl(
            "create", "configmap", "openshift-service-ca.crt", "--from-literal=service-ca.crt="
        )

    def typed(self, command: str, timeout: float = 300) -> subprocess.CompletedProcess[bytes]:
        """Run a command line as an administrator types it; both outputs in one. Seconds."""
        return self._run([*self._space, "sh", "-c", command], timeout=timeout)

    def says(self, *args: str, data: bytes | None = None) -> str:
        """What kubectl prints, whether or not it did what it was told."""
        done = self._run([*self._space, "kubectl", *args], data)
        return done.stdout.decode(errors="replace").strip()

    def kubectl(self, *args: str, data: bytes | None = None) -> str:
        """What kubectl prints; LabError where it fails."""
        done = self._run([*self._space, "kubectl", *args], data)
        said = done.stdout.decode(errors="replace").strip()
        if done.returncode:
            raise LabError(f"kubectl {shlex.join(args)} ended with {done.returncode}:\n{said}")
        return said

    def got(self, *what: str) -> Any:
        """An object, or a list of them, as the API server has it."""
        return json.loads(self.kubectl("get", *what, "-o", "json"))

    def create(self, item: dict[str, Any]) -> Any:
        """Create an object; as the API server then has it."""
        # Its OpenAPI cannot be had: built with a newer Go than it was written for.
        argv = ("create", "--validate=false", "-o", "json", "-f", "-")
        return json.loads(self.kubectl(*argv, data=json.dumps(item).encode()))

    def ready(self) -> bool:
        """Whether the node has registered and says that it is ready."""
        path = "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
        return self.says("get", "node", self.name, "-o", path) == "True"

    def wait(self, ready: Callable[[], bool], what: str, timeout: float = 180) -> None:
        """Wait until `ready` says so; LabError with what the API server wrote when it does not."""
        until = time.monotonic() + timeout
        while not ready():
            if time.monotonic() > until:
                log = (self.path / "kube-apiserver.log").read_text(errors="replace")[-2000:]
                kubelet = self.node.text("journalctl", "--no-pager", "-u", "kubelet", "-n", "30")
                raise LabError(f"waited {timeout} s for {what}:\n{log}\n{kubelet}")
            time.sleep(0.3)
