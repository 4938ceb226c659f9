"""Distributions that write a node's files themselves: their marks, their paths, and where to change
a setting instead.

None of them was run. Sources, by distribution (RKE2, GKE, Container-Optimized OS, Flatcar and
minikube from excerpts; of k3s's crictl.yaml only RKE2's was found named):

- k3s: docs.k3s.io, "Advanced Options / Configuration"; k3s pkg/agent/containerd/config.go
  (templates and certs.d) and pkg/agent/config/config.go (CNI, where flannel is k3s's own). RKE2:
  docs.rke2.io, "Agent Configuration Reference" and "Containerd Registry Configuration"; rke2's
  developer docs (crictl.yaml, the socket) and pkg/rke2/rke2_linux.go (a program `kubelet`).
- MicroK8s: microk8s.io/docs/registry-private; microk8s-resources/default-args/ and
  microk8s-resources/wrappers/run-containerd-with-args.
- k0s: docs.k0sproject.io, "Runtime" and "Worker node configuration".
- kind: pkg/cluster/nodeutils/util.go (/kind/version). minikube: pkg/minikube/vmpath (its folder).
- Amazon EKS: amazon-eks-ami nodeadm/internal/kubelet/config.go and doc/usage/al2.md
  (/etc/eks/bootstrap.sh; /etc/containerd/config.d is imported).
- Azure AKS: AgentBaker parts/linux/cloud-init/nodecustomdata.yml and cse_main.sh. The cloud
  provider's /etc/kubernetes/azure.json is not a sign of it: nodes of Cluster API on Azure have it
  too (cluster-api-provider-azure docs, "Configuring the Kubernetes Cloud Provider for Azure").
- Google GKE: cloud.google.com, "Customizing node system configuration"; kube-bench docs (where its
  kubelet's configuration lies). kubernetes cluster/gce/gci/configure.sh lays a node out alike.
- Bottlerocket: bottlerocket.dev, "API settings"; sources/models/shared-defaults/
  kubernetes-services.toml. Container-Optimized OS: cloud.google.com, "Disks and file system
  overview" (/etc is not kept over a reboot).
- Talos: docs.siderolabs.com, "Containerd"; talos pkg/machinery/constants/constants.go and
  internal/pkg/containers/cri/containerd (hosts).
- Flatcar: flatcar.org/docs, "Customizing Docker": /etc/containerd/config.toml is read only once a
  drop-in of containerd.service says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.nouns import NamedTuple
from unshim.model.parts.managed import Paths


class Known(NamedTuple):
    """A distribution as it is told: by a path that is there, or by the ID in os-release."""

    name: str
    change: str
    marker: str = ""
    system: str = ""
    paths: Paths = Paths()


def _rancher(name: str, process: str) -> Known:
    """k3s and RKE2 lay out an agent alike."""
    agent = f"/var/lib/rancher/{name}/agent/etc"
    config = f"{agent}/containerd/config.toml"
    templates = (f"{agent}/containerd/config-v3.toml.tmpl", f"{config}.tmpl")
    change = f"{config}.tmpl (config-v3.toml.tmpl for containerd 2) and /etc/rancher/{name}"
    paths = Paths(
        containerd_socket="/run/k3s/containerd/containerd.sock",
        containerd_config=config,
        templates=templates,
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
    _rancher("k3s", "k3s"),
    _rancher("rke2", "kubelet"),
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
        paths=Paths(templates=("/etc/containerd/config.d",), kubelet="/etc/kubernetes/kubelet"),
    ),
    Known(
        "Azure AKS",
        "the node image or node configuration of Azure AKS",
        "/opt/azure/containers",
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
            registries="machine.registries of the machine configuration",
            certs_d="/etc/cri/conf.d/hosts",
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


class Holder(NamedTuple):
    """A distribution that brings its own kubelet and containerd and starts them itself: what holds
    the kubelet, its units, the folder of its programs; the file of the kubelet's flags, one a line,
    "" where it has none, and the variables in there."""

    name: str
    inside: str
    units: tuple[str, ...]
    programs: str
    kubelet_args: str = ""
    variables: tuple[tuple[str, str], ...] = ()


_SNAPS = (
    ("${SNAP_DATA}", f"{_SNAP}/current"),
    ("${SNAP_COMMON}", f"{_SNAP}/common"),
    ("${SNAP}", "/snap/microk8s/current"),
)
HOLDERS = (
    Holder("k3s", "k3s", ("k3s.service", "k3s-agent.service"), "/var/lib/rancher/k3s/data"),
    Holder("rke2", "rke2", ("rke2-server.service", "rke2-agent.service"), "/var/lib/rancher/rke2"),
    Holder(
        "MicroK8s",
        "kubelite",
        ("snap.microk8s.daemon-containerd.service",),
        "/snap/microk8s/current",
        f"{_SNAP}/current/args/kubelet",
        _SNAPS,
    ),
    Holder("k0s", "k0s", ("k0scontroller.service", "k0sworker.service"), "/var/lib/k0s/bin"),
)


def where_to_change(manager: str) -> str:
    """In words, where a setting of a managed node belongs."""
    return _CHANGES.get(manager, f"the node image or node configuration of {manager}")


def sockets() -> tuple[str, ...]:
    """Where distributions have containerd's socket, other than at its usual place."""
    usual = Paths().containerd_socket
    paths = dict.fromkeys(known.paths.containerd_socket for known in KNOWN)
    return tuple(path for path in paths if path != usual)


def markers() -> tuple[tuple[str, str], ...]:
    """Paths that tell of a distribution, and its name."""
    return tuple((known.marker, known.name) for known in KNOWN if known.marker)
