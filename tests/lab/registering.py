"""A node's kubelet given to a cluster: kubeconfig, authentication, kubeadm's own files."""

from __future__ import annotations

import shutil

from . import programs
from .cache import LabError, call
from .cluster import LINE, Cluster
from .node import PATH

DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
KUBECONFIG = "/etc/kubernetes/kubelet.conf"
PKI = "/etc/kubernetes/pki"
CONFIG = "/var/lib/kubelet/config.yaml"

_ARGS = 'Environment="KUBELET_CONFIG_ARGS='
_KUBECONFIG_ARGS = (
    'Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig='
    f'/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig={KUBECONFIG}"\n'
)
_OPEN = """\
authentication:
  anonymous:
    enabled: true
  webhook:
    enabled: false
authorization:
  mode: AlwaysAllow
"""
_ASKING = f"""\
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: {PKI}/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
"""
"""As kubeadm writes it."""


def join(cluster: Cluster) -> None:
    """Give the kubelet its kubeconfig and kubeadm's authentication, start it again, and wait until
    its node is ready."""
    node = cluster.node
    node.write(KUBECONFIG, (cluster.path / "kubelet.conf").read_bytes(), 0o600)
    node.write(f"{PKI}/ca.crt", (cluster.pki / "ca.crt").read_bytes())
    node.write(DROP_IN, node.read(DROP_IN).decode().replace(_ARGS, _KUBECONFIG_ARGS + _ARGS))
    node.write(CONFIG, node.read(CONFIG).decode().replace(_OPEN, _ASKING))
    node.systemctl("daemon-reload")
    node.systemctl("restart", "kubelet")
    cluster.wait(cluster.ready, "the node to be ready")


def laid_out_by_kubeadm(cluster: Cluster) -> None:
    """Let kubeadm itself write the kubelet's configuration and flags over those that are there."""
    node = cluster.node
    pki = node.root / PKI.lstrip("/")
    shutil.copytree(cluster.pki, pki)  # kubeadm wants the whole of it, a node has the CA's alone
    config = (cluster.path / "kubeadm.yaml").read_text().replace(str(cluster.pki), PKI)
    node.write("/root/kubeadm.yaml", config)
    spaces = ["nsenter", "-t", str(node.leader), "-u", "-i", "-n", "-p", "-C"]
    phase = ["init", "phase", "kubelet-start", "--config=/root/kubeadm.yaml"]
    program = str(programs.binary("kubeadm", LINE))
    try:
        argv = [*spaces, program, *phase, f"--rootfs={node.root}"]
        call(node.scratch.inside(argv), env={"PATH": PATH})
    finally:
        shutil.rmtree(pki)
        (node.root / "root/kubeadm.yaml").unlink()
    if b"clientCAFile" not in node.read(CONFIG):
        raise LabError(f"kubeadm did not write {CONFIG}")
