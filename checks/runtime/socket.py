"""containerd's socket: does its name mislead."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import Finding, FromSource, Node, Runtime, Severity, check, known, shows
from unshim.model.parts.containerd import ContainerdConfig
from unshim.text.sockets import same_socket

_SOCKET = "/run/containerd/containerd.sock"


@check(
    Severity.WARNING,
    kubelet=True,
    needs_containerd=True,
    well="The kubelet uses no socket of containerd that is called dockershim.sock",
    remedy="Drain the node, set containerd's address, the kubelet's endpoint and crictl.yaml to "
    f"{_SOCKET} in one step, then restart both.",
    proof=FromSource("kubeadm 1.23 and amazon-eks-ami v20210716"),
)
def containerd_socket_named_dockershim(node: Node) -> Iterator[Finding]:
    """containerd listens at a socket that is called dockershim.sock.

    Images of 2021 had containerd take dockershim's place under its name. It works, but crictl,
    kubeadm up to 1.23 and people take it for Docker: a warning. From 1.24 on nothing else has that
    name any more, and it is information.

    Source: amazon-eks-ami, containerd-config.toml of July to September 2021.
    """
    kubelet, containerd = known(node.kubelet), known(node.containerd)
    if known(node.runtime).value is not Runtime.CONTAINERD:
        return
    endpoint = known(kubelet.endpoint)
    path = containerd.socket.path
    if endpoint is None or not path.endswith("/dockershim.sock"):
        return
    if not same_socket(endpoint.value, path):
        return
    old = known(kubelet.version).value.line < (1, 24)
    config = containerd.config
    address = config.address if isinstance(config, ContainerdConfig) else None
    yield Finding(
        "containerd listens at a socket named after dockershim",
        (
            shows("runtime endpoint", endpoint, f"unix://{_SOCKET}"),
            *((shows("containerd's address", address, _SOCKET),) if address else ()),
        ),
        hurts="Tools and people take it for Docker's.",
        severity=None if old else Severity.INFO,
    )
