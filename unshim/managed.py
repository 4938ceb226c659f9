"""Distributions that write a node's files themselves, and where to change a setting instead."""

from __future__ import annotations

# Sources: the distributions' own documentation; none of them was at hand.
WHERE = {
    "k3s": "/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl and /etc/rancher/k3s",
    "rke2": "/var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl and /etc/rancher/rke2",
    "MicroK8s": "/var/snap/microk8s/current/args",
    "k0s": "/etc/k0s",
    "kind": "the cluster's kind configuration",
    "minikube": "the options of minikube start",
}


def where_to_change(manager: str) -> str:
    """In words, where a setting of a managed node belongs."""
    return WHERE.get(manager, f"the node image or node configuration of {manager}")
