"""Distributions that write a node's files themselves: their marks, their paths, and where to change
a setting instead.

Sources: the distributions' own documentation (k3s and RKE2: "Advanced options", "Containerd
registry configuration"; MicroK8s: "Configuring services", "How to use a private registry"; k0s:
"Runtime"; kind: "Configuration"; EKS: the AMI's guide to nodeadm and bootstrap.sh; AKS: "Customize
node configuration"; GKE: "Customize node system configuration"; Bottlerocket: "Settings"; Talos:
"Containerd"). None of them was at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from unshim.model.managed import Paths


class Known(NamedTuple):
    """A distribution as it is told: by a path that is there, or by the ID in os-release."""

    name: str
    change: str
    marker: str = ""
    system: str = ""
    paths: Paths = Paths()


def _rancher(name: str, process: str, change: str) -> Known:
    """k3s and RKE2 lay out an agent alike."""
    agent = f"/var/lib/rancher/{name}/agent/etc"
    config = f"{agent}/containerd/config.toml"
    paths = Paths(
        containerd_socket="/run/k3s/containerd/containerd.sock",
        containerd_config=config,
        templates=(f"{agent}/containerd/config-v3.toml.tmpl", f"{config}.tmpl"),
        crictl_config=f"{agent}/crictl.yaml",
        registries=f"/etc/rancher/{name}/registries.yaml",
        certs_d=f"{agent}/containerd/certs.d",
        kubelet=f"/etc/rancher/{name}/config.yaml",
        kubelet_process=process,
        cni_conf_dir=f"{agent}/cni/net.d" if name == "k3s" else "/etc/cni/net.d",
    )
    return Known(name, change, f"/var/lib/rancher/{name}", paths=paths)


_SNAP = "/var/snap/microk8s"
KNOWN = (
    _rancher(
        "k3s",
        "k3s",
        "/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl and /etc/rancher/k3s",
    ),
    _rancher(
        "rke2",
        "kubelet",
        "/var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl and /etc/rancher/rke2",
    ),
    Known(
        "MicroK8s",
        f"{_SNAP}/current/args",
        _SNAP,
        paths=Paths(
            containerd_socket=f"{_SNAP}/common/run/containerd.sock",
            containerd_config=f"{_SNAP}/current/args/containerd.toml",
            templates=(f"{_SNAP}/current/args/containerd-template.toml",),
            crictl_config="",
            registries=f"{_SNAP}/current/args/certs.d",
            certs_d=f"{_SNAP}/current/args/certs.d",
            kubelet=f"{_SNAP}/current/args/kubelet",
            kubelet_process="kubelite",
            cni_conf_dir=f"{_SNAP}/current/args/cni-network",
        ),
    ),
    Known(
        "k0s",
        "/etc/k0s",
        "/var/lib/k0s",
        paths=Paths(
            containerd_socket="/run/k0s/containerd.sock",
            containerd_config="/etc/k0s/containerd.toml",
            templates=("/etc/k0s/containerd.d",),
            crictl_config="",
            kubelet="worker profiles of k0s, or k0s worker --kubelet-extra-args",
        ),
    ),
    Known("kind", "the cluster's kind configuration", "/kind"),
    Known("minikube", "the options of minikube start", "/var/lib/minikube"),
    Known(
        "Amazon EKS",
        "the node image or node configuration of Amazon EKS",
        "/etc/eks",
        paths=Paths(kubelet="/etc/kubernetes/kubelet"),
    ),
    Known(
        "Azure AKS",
        "the node image or node configuration of Azure AKS",
        "/etc/kubernetes/azure.json",
        paths=Paths(kubelet="/etc/default/kubelet"),
    ),
    Known(
        "Google GKE",
        "the node image or node configuration of Google GKE",
        "/home/kubernetes/bin",
        paths=Paths(kubelet="/home/kubernetes/kubelet-config.yaml"),
    ),
    Known(
        "Bottlerocket",
        "the node image or node configuration of Bottlerocket",
        system="bottlerocket",
        paths=Paths(kubelet="/etc/kubernetes/kubelet/config"),
    ),
    Known(
        "Talos",
        "the node image or node configuration of Talos",
        system="talos",
        paths=Paths(
            containerd_config="/etc/cri/containerd.toml",
            templates=("/etc/cri/conf.d/20-customization.part",),
            kubelet="machine.kubelet of the machine configuration",
        ),
    ),
    Known("Flatcar", "the node image or node configuration of Flatcar", system="flatcar"),
    Known(
        "Container-Optimized OS",
        "the node image or node configuration of Container-Optimized OS",
        system="cos",
    ),
)
_CHANGES: Mapping[str, str] = {known.name: known.change for known in KNOWN}


def where_to_change(manager: str) -> str:
    """In words, where a setting of a managed node belongs."""
    return _CHANGES.get(manager, f"the node image or node configuration of {manager}")


def sockets() -> tuple[str, ...]:
    """Where distributions have containerd's socket, other than at its usual place."""
    usual = Paths().containerd_socket
    found = dict.fromkeys(known.paths.containerd_socket for known in KNOWN)
    return tuple(path for path in found if path != usual)


def markers() -> tuple[tuple[str, str], ...]:
    """Paths that tell of a distribution, and its name."""
    return tuple((known.marker, known.name) for known in KNOWN if known.marker)
