"""What an endpoint or a socket's address means, as containerd, the kubelet and crictl write it."""

from __future__ import annotations

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


def endpoint_path(endpoint: str) -> str:
    """The socket's path in an endpoint, written with unix:// or without."""
    return "/" + endpoint.removeprefix("unix://").lstrip("/")


def same_socket(one: str, other: str) -> bool:
    """Whether two endpoints mean the same path, /var/run being /run."""

    def plain(endpoint: str) -> str:
        path = endpoint_path(endpoint)
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
