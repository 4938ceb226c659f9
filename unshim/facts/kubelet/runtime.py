"""What the kubelet will run its pods through at its next start. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.kubelet.in_tree import unseen
from unshim.host.host import Host
from unshim.model.machine import Runtime
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why, present
from unshim.text.sockets import same_socket

_LAST_WITH_DOCKERSHIM = (1, 23)


def read(
    host: Host,
    kubelet: Kubelet | Missing,
    containerd: Containerd | Missing,
    docker: Docker | Missing,
) -> Setting[Runtime] | Missing:
    """The runtime; other subjects say it all, but where a tree holds only a part of a machine."""
    part = None if isinstance(kubelet, Missing) else unseen(host, kubelet, containerd)
    return identify(kubelet, containerd, docker) if part is None else part


def identify(
    kubelet: Kubelet | Missing, containerd: Containerd | Missing, docker: Docker | Missing
) -> Setting[Runtime] | Missing:
    """The runtime, and the setting that decides it."""
    if isinstance(kubelet, Missing):
        return kubelet
    if not has_kubelet(kubelet):
        for part in (kubelet.unit, kubelet.binary, kubelet.process):
            # In a plain tree nothing runs: there, files alone decide.
            if isinstance(part, Missing) and part.why is not Why.AT_REST:
                return part
        reason = "there is no kubelet unit, binary or process"
        return Setting(Runtime.NONE, Source(Origin.DEFAULT, reason))
    if isinstance(kubelet.runtime, Missing):
        return _of_explicit(kubelet, containerd) or kubelet.runtime
    if _through_dockershim(kubelet.runtime, kubelet.version):
        assert kubelet.runtime is not None
        return Setting(Runtime.DOCKERSHIM, kubelet.runtime.source)
    if isinstance(kubelet.endpoint, Missing):
        return kubelet.endpoint
    if kubelet.endpoint is None:
        return _without_endpoint(kubelet.version, docker)
    return _of_endpoint(kubelet, kubelet.endpoint, containerd)


def _of_explicit(
    kubelet: Kubelet, containerd: Containerd | Missing
) -> Setting[Runtime] | None | Missing:
    """An endpoint that somebody set says the runtime, whatever the release's default may be."""
    endpoint = kubelet.endpoint
    if not isinstance(endpoint, Setting) or endpoint.source.origin is Origin.DEFAULT:
        return None
    return _of_endpoint(kubelet, endpoint, containerd)


def has_kubelet(kubelet: Kubelet) -> bool:
    """Whether this is a Kubernetes node: a kubelet unit, binary or process is here."""
    return bool(kubelet.unit or kubelet.binary or kubelet.process)


def _through_dockershim(runtime: Setting[str] | None, version: Setting[Version] | Missing) -> bool:
    """`docker` means dockershim; where the release is not known, only a flag can say so."""
    if runtime is None or runtime.value != "docker":
        return False
    return isinstance(version, Missing) or version.value.line <= _LAST_WITH_DOCKERSHIM


def _without_endpoint(
    version: Setting[Version] | Missing, docker: Docker | Missing
) -> Setting[Runtime] | Missing:
    """1.24 to 1.26 without an endpoint: the kubelet cannot start. Where Docker is installed, its
    settings still mean dockershim."""
    release = "" if isinstance(version, Missing) else f" {version.value}"
    if isinstance(docker, Missing):
        return docker
    if docker.binary or docker.unit:
        reason = f"no runtime endpoint is set, and kubelet{release} has no default"
        return Setting(Runtime.DOCKERSHIM, Source(Origin.DEFAULT, reason))
    reason = f"the kubelet names no runtime endpoint, and kubelet{release} has no default"
    return Missing(reason, Why.NOT_PRESENT)


def is_remote(runtime: Setting[str] | None | Missing) -> bool:
    """Whether a flag keeps dockershim out, so that at the endpoint it is somebody else."""
    if not isinstance(runtime, Setting) or runtime.value != "remote":
        return False
    return runtime.source.origin is not Origin.DEFAULT


def _of_endpoint(
    kubelet: Kubelet, endpoint: Setting[str], containerd: Containerd | Missing
) -> Setting[Runtime] | Missing:
    """containerd where it listens, whatever the socket is called; else what its name says."""
    if isinstance(containerd, Missing) and containerd.why is Why.BROKEN:
        return containerd
    return Setting(_by_name(kubelet, endpoint.value, containerd), endpoint.source)


def _by_name(kubelet: Kubelet, endpoint: str, containerd: Containerd | Missing) -> Runtime:
    its = present(containerd)
    if its and any(same_socket(endpoint, path) for path in _listens(its)):
        return Runtime.CONTAINERD
    name = endpoint.rpartition("/")[2]
    if name == "dockershim.sock":
        served_by_itself = not is_remote(kubelet.runtime) or not _is_old(kubelet.version)
        return Runtime.DOCKERSHIM if served_by_itself else Runtime.OTHER
    if name == "cri-dockerd.sock":
        return Runtime.CRI_DOCKERD
    if name in ("containerd.sock", "docker-containerd.sock"):
        return Runtime.CONTAINERD
    return Runtime.OTHER


def _is_old(version: Setting[Version] | Missing) -> bool:
    """Whether it may have a dockershim, which --container-runtime=remote then keeps out."""
    return isinstance(version, Setting) and version.value.line <= _LAST_WITH_DOCKERSHIM


def _listens(containerd: Containerd) -> Iterator[str]:
    """Where containerd listens, or will from its next start on."""
    yield containerd.socket.path
    if isinstance(containerd.config, ContainerdConfig):
        yield containerd.config.address.value
