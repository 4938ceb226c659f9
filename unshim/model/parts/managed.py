"""Distributions of Kubernetes that write a node's files themselves. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Source


class Paths(NamedTuple):
    """Where a distribution keeps what stands elsewhere on other nodes; "" for what has no place.

    `containerd_config` is generated where there are `templates`: those are edited instead.
    `registries` is where mirrors are configured, `certs_d` the tree that is made of it.
    `kubelet` is where the kubelet's settings belong, `kubelet_process` the program that runs it.
    """

    containerd_socket: str = "/run/containerd/containerd.sock"
    containerd_config: str = "/etc/containerd/config.toml"
    templates: tuple[str, ...] = ()
    crictl_config: str = "/etc/crictl.yaml"
    registries: str = ""
    certs_d: str = "/etc/containerd/certs.d"
    kubelet: str = "/var/lib/kubelet/config.yaml"
    kubelet_process: str = "kubelet"
    cni_conf_dir: str = "/etc/cni/net.d"


class Distribution(NamedTuple):
    """A managed distribution, what it was known by, and its own paths.

    `change` says in words where a setting belongs, so that it is not taken back.
    """

    name: str
    marker: Source
    change: str
    paths: Paths
