"""The call chain of a node, from the kubelet to runc, as it is now. Pure judgement."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.model.checks import Result, Severity
from unshim.model.machine import Process, Runtime, SocketState
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.session import Hop, HopState
from unshim.model.values import Missing, Setting, Version


def outline() -> tuple[Hop, ...]:
    """The chain before anything was looked at."""
    return tuple(
        Hop(name, "", HopState.UNKNOWN) for name in ("kubelet", "CRI", "containerd", "shim", "runc")
    )


def concerns(result: Result, hop: str) -> bool:
    """Whether a result is an error at this hop."""
    at = result.check.hop
    return at is not None and at.hop == hop and result.severity is Severity.ERROR


def chain(node: Node, failed: Sequence[Result]) -> tuple[Hop, ...]:
    """The hops of this node in order, each with its release and what is wrong with it. `failed` are
    the results that found something, what weighs most first."""
    runtime = Runtime.OTHER if isinstance(node.runtime, Missing) else node.runtime.value
    hops: list[Hop] = []
    if runtime is not Runtime.NONE:
        hops.append(_kubelet(node.kubelet, failed))
    if runtime is Runtime.DOCKERSHIM:
        gone = HopState.BROKEN if _note("dockershim", failed, explains=False) else HopState.WARNED
        hops.append(Hop("dockershim", "in kubelet", gone, "gone in 1.24"))
        hops.append(_dockerd(node.docker))
    elif runtime is Runtime.CRI_DOCKERD:
        hops.append(Hop("cri-dockerd", "", HopState.UNKNOWN))
        hops.append(_dockerd(node.docker))
    elif runtime is Runtime.OTHER:
        note = _note("CRI", failed, explains=False)
        state = HopState.BROKEN if note else HopState.UNKNOWN
        hops.append(Hop("runtime", "" if note else "not known", state, note))
        return tuple(hops)
    if isinstance(node.containerd, Missing):
        hops.append(Hop("containerd", "", HopState.UNKNOWN, "not known"))
        return tuple(hops)
    if runtime is Runtime.CONTAINERD:
        hops.append(_cri(node.kubelet, node.containerd, failed))
    hops.append(_containerd(node.containerd, failed))
    idle = HopState.IDLE if not _tasks(node.containerd) else HopState.FINE
    hops.append(Hop("shim", "v2", idle))
    hops.append(Hop("runc", "", idle))
    return tuple(hops)


def running_release(part: Kubelet | Containerd) -> Setting[Version] | Missing:
    """The release that runs; where nothing runs, that of the program on disk."""
    if isinstance(part, Kubelet):
        return part.running_version if part.process else part.version
    running = part.running
    if isinstance(running, Missing) or isinstance(running.version, Missing):
        return part.version
    return running.version


def _release(version: Setting[Version] | Missing) -> str:
    return "" if isinstance(version, Missing) else str(version.value)


def _running(process: Process | None | Missing) -> tuple[HopState, str]:
    if isinstance(process, Missing):
        return HopState.UNKNOWN, ""
    return (HopState.BROKEN, "not running") if process is None else (HopState.FINE, "")


def _kubelet(kubelet: Kubelet | Missing, failed: Sequence[Result]) -> Hop:
    if isinstance(kubelet, Missing):
        return Hop("kubelet", "", HopState.UNKNOWN, "not known")
    state, note = _running(kubelet.process)
    if state is HopState.BROKEN:
        note = _note("kubelet", failed, explains=True) or note
    elif torn := _note("kubelet", failed, explains=False):
        state, note = HopState.BROKEN, torn
    return Hop("kubelet", _release(running_release(kubelet)), state, note)


def _note(hop: str, failed: Sequence[Result], *, explains: bool) -> str:
    """What the error that weighs most says at this hop, "" where there is none."""
    places = (r.check.hop for r in failed if concerns(r, hop))
    return next((at.note for at in places if at and at.explains is explains), "")


def _dockerd(docker: Docker | Missing) -> Hop:
    if isinstance(docker, Missing):
        return Hop("dockerd", "", HopState.UNKNOWN, "not known")
    return Hop("dockerd", _release(docker.version), *_running(docker.process))


def _cri(kubelet: Kubelet | Missing, containerd: Containerd, failed: Sequence[Result]) -> Hop:
    if note := _note("CRI", failed, explains=False):
        return Hop("CRI", "", HopState.BROKEN, note)
    running = containerd.running
    if isinstance(running, Missing) or isinstance(running.cri, Missing):
        note = _note("CRI", failed, explains=True)
        return Hop("CRI", "", HopState.BROKEN if note else HopState.UNKNOWN, note)
    apis = running.cri.apis
    return Hop("CRI", "v1" if "v1" in apis else ", ".join(apis), HopState.FINE)


def _containerd(containerd: Containerd, failed: Sequence[Result]) -> Hop:
    release = _release(running_release(containerd))
    state, note = _running(containerd.process)
    if state is HopState.UNKNOWN and containerd.socket.state is SocketState.LISTENING:
        state = HopState.FINE
    if state is not HopState.BROKEN and (torn := _note("containerd", failed, explains=False)):
        state, note = HopState.BROKEN, torn
    return Hop("containerd", release, state, note)


def _tasks(containerd: Containerd) -> bool:
    running = containerd.running
    return not isinstance(running, Missing) and bool(running.tasks)
