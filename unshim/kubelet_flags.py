"""What kubelet releases know of flags and endpoints: data and pure judgement."""

from __future__ import annotations

# Source: Kubernetes changelogs (CHANGELOG-1.24, -1.27, -1.35), "Removed flags".
REMOVED_IN = {
    "network-plugin": (1, 24),
    "cni-conf-dir": (1, 24),
    "cni-bin-dir": (1, 24),
    "cni-cache-dir": (1, 24),
    "network-plugin-mtu": (1, 24),
    "docker-endpoint": (1, 24),
    "image-pull-progress-deadline": (1, 24),
    "experimental-dockershim-root-directory": (1, 24),
    "container-runtime": (1, 27),
    "pod-infra-container-image": (1, 35),
}

DOCKERSHIM_FLAGS = frozenset(name for name, release in REMOVED_IN.items() if release == (1, 24))

CONTAINERD_ENDPOINT = "unix:///run/containerd/containerd.sock"
KNOWN_SCHEMES = "unix:///path/of/a.sock"
DOCKER_PRIVATE = "/run/docker/containerd/containerd.sock"


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
