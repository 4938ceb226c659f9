"""The call chain of a node, from the kubelet to runc, as it is now. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unshim.model.checks import Result, Severity
from unshim.model.machine import Process, Runtime, SocketState
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.session import Hop, HopState
from unshim.model.values import Missing, Setting, Version, Why


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
    """The hops of this node in order, each with its release and what is wrong with it; none where
    there is no node. `failed` are the results that found something, what weighs most first."""
    return tuple(_marked(hop, failed) for hop in _hops(node))


def _hops(node: Node) -> Iterator[Hop]:
    """The hops as they are seen, whatever the checks find."""
    if isinstance(node.runtime, Missing) and node.runtime.why is Why.NO_NODE:
        return
    runtime = Runtime.OTHER if isinstance(node.runtime, Missing) else node.runtime.value
    if runtime is not Runtime.NONE:
        yield _kubelet(node.kubelet)
    if runtime is Runtime.DOCKERSHIM:
        yield Hop("dockershim", "in kubelet", HopState.WARNED, "gone in 1.24")
        yield _dockerd(node.docker)
    elif runtime is Runtime.CRI_DOCKERD:
        yield Hop("cri-dockerd", "", HopState.UNKNOWN)
        yield _dockerd(node.docker)
    elif runtime is Runtime.OTHER:
        yield Hop(_OTHER, "not known", HopState.UNKNOWN)
        return
    if isinstance(node.containerd, Missing):
        yield Hop("containerd", "", HopState.UNKNOWN, "not known")
        return
    if runtime is Runtime.CONTAINERD:
        yield _cri(node.containerd)
    yield _containerd(node.containerd)
    idle = HopState.IDLE if not _tasks(node.containerd) else HopState.FINE
    yield Hop("shim", "v2", idle)
    yield Hop("runc", "", idle)


_OTHER = "runtime"
"""The hop of a runtime that unshim does not know: CRI leads to it."""
_STATES = {Severity.ERROR: HopState.BROKEN, Severity.WARNING: HopState.WARNED}
_DOWN = (HopState.BROKEN, HopState.UNKNOWN)


def _marked(hop: Hop, failed: Sequence[Result]) -> Hop:
    """A hop with what weighs most of what was found at it, in the state of its severity. What only
    explains says so where the hop is seen to be down, or is not seen."""
    for result in failed:
        at, state = result.check.hop, _STATES.get(result.severity or Severity.INFO)
        if at is None or state is None or at.hop != ("CRI" if hop.name == _OTHER else hop.name):
            continue
        lesser = hop.state is HopState.BROKEN and state is not HopState.BROKEN
        if not lesser and (not at.explains or hop.state in _DOWN):
            detail = "" if hop.name == _OTHER else hop.detail
            return hop._replace(detail=detail, state=state, note=at.note)
    return hop


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


def _kubelet(kubelet: Kubelet | Missing) -> Hop:
    if isinstance(kubelet, Missing):
        return Hop("kubelet", "", HopState.UNKNOWN, "not known")
    return Hop("kubelet", _release(running_release(kubelet)), *_running(kubelet.process))


def _dockerd(docker: Docker | Missing) -> Hop:
    if isinstance(docker, Missing):
        return Hop("dockerd", "", HopState.UNKNOWN, "not known")
    return Hop("dockerd", _release(docker.version), *_running(docker.process))


def _cri(containerd: Containerd) -> Hop:
    running = containerd.running
    if isinstance(running, Missing) or isinstance(running.cri, Missing):
        return Hop("CRI", "", HopState.UNKNOWN)
    apis = running.cri.apis
    return Hop("CRI", "v1" if "v1" in apis else ", ".join(apis), HopState.FINE)


def _containerd(containerd: Containerd) -> Hop:
    release = _release(running_release(containerd))
    state, note = _running(containerd.process)
    if state is HopState.UNKNOWN and containerd.socket.state is SocketState.LISTENING:
        state = HopState.FINE
    return Hop("containerd", release, state, note)


def _tasks(containerd: Containerd) -> bool:
    running = containerd.running
    return not isinstance(running, Missing) and bool(running.tasks)
