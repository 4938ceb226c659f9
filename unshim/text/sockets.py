"""What an endpoint or a socket's address means, as containerd, the kubelet and crictl write it."""

from __future__ import annotations

from posixpath import normpath

from unshim.text.go_url import split

CONTAINERD_ENDPOINT = "unix:///run/containerd/containerd.sock"
KNOWN_SCHEMES = "unix:///path/of/a.sock"
DOCKER_PRIVATE = "/run/docker/containerd/containerd.sock"
PATH_LIMIT = 107
"""Bytes a unix socket's path may have on Linux (sun_path without its final NUL)."""


def socket_path(address: str) -> str:
    """The absolute path in `unix:///run/x.sock`, `unix:/run/x.sock` or `/run/x.sock`; else ""."""
    for prefix in ("unix://", "unix:"):
        if address.startswith(prefix):
            address = address[len(prefix) :]
            break
    return address if address.startswith("/") else ""


def dialed(endpoint: str) -> str:
    """The path to which kubelet and crictl connect; "" where they refuse the endpoint or come to
    no path.

    They read a URL: after `unix://` comes a host, so `unix://run/x.sock` leads to /x.sock. What is
    none or has no scheme is read again with `unix://` before it.
    Source: k8s.io/cri-client pkg/util/util_unix.go (GetAddressAndDialer).
    """
    address = split(endpoint)
    if isinstance(address, str) or not address.scheme:
        address = split(f"unix://{endpoint}")
    if isinstance(address, str) or address.scheme != "unix":
        return ""
    return address.path if address.path.startswith("/") else ""


def same_socket(one: str, other: str) -> bool:
    """Whether two endpoints lead to the same path, /var/run being /run."""

    def plain(endpoint: str) -> str:
        path = dialed(endpoint)
        path = f"/{normpath(path).lstrip('/')}" if path else endpoint
        return path.removeprefix("/var") if path.startswith("/var/run/") else path

    return plain(one) == plain(other)


def endpoint_problem(endpoint: str) -> str:
    """What is wrong with the form of an endpoint, in words that follow "the runtime endpoint"."""
    if endpoint.count("unix:") > 1:
        return "names its scheme more than once"
    if endpoint.startswith(("tcp:", "npipe:", "http:", "https:")):
        return "is not a local socket"
    if endpoint.startswith("unix:"):
        path = endpoint.removeprefix("unix://")
        if endpoint == path or not path.startswith("/") or path.startswith("//"):
            return "is not written as unix:///path"
    elif not endpoint.startswith("/"):
        return "is not written as unix:///path"
    if same_socket(endpoint, DOCKER_PRIVATE):
        return "is the containerd that Docker keeps for itself"
    return ""
