"""What a node is expected to be after units were stopped, started, enabled or masked.

What stops is gone with what stops along with it: its process, its answers, its socket. What starts
is expected to run, and what it will answer is not known before it was seen.
"""

from __future__ import annotations

from collections.abc import Callable

from unshim.model.machine import Socket, SocketState, Unit, UnitState
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd
from unshim.model.values import Missing, Why

NOT_SEEN = Missing("expected, not seen", Why.NOT_OFFERED)
_STOPPED_ALONG = ("RequiredBy", "BoundBy", "ConsistsOf")
_ALWAYS = ("static", "indirect", "generated", "masked", "masked-runtime")
"""Enablements that enabling and disabling do not change."""


def stopped(node: Node, unit: str) -> Node:
    """The node without this unit running, nor those that stop along with it."""
    for name in _with_those_along(node, unit):
        if _is_there(node, name):
            node = _STOPPED.get(name, _same)(_with_state(node, name, _down))
    return node


def _down(state: UnitState) -> UnitState:
    return state._replace(active="inactive", sub="dead", main_pid=0)


def _is_there(node: Node, unit: str) -> bool:
    """Whether there is such a unit, as far as is known."""
    return isinstance(node.units, Missing) or node.units.get(unit) is not None


def started(node: Node, unit: str) -> Node:
    """The node with this unit running. One that runs already stays as it is."""
    state = _state(node, unit)
    if not _is_there(node, unit) or (state is not None and state.active == "active"):
        return node
    node = _with_state(node, unit, lambda s: s._replace(active="active", sub="running"))
    return _STARTED.get(unit, _same)(node)


def enabled(node: Node, unit: str, wanted: bool) -> Node:
    """The node with this unit starting at boot, or not."""

    def change(state: UnitState) -> UnitState:
        kept = state.enabled in _ALWAYS
        return state if kept else state._replace(enabled="enabled" if wanted else "disabled")

    return _with_state(node, unit, change)


def masked(node: Node, unit: str, wanted: bool) -> Node:
    """The node with this unit masked: systemd knows no file of it any more. Or not: what it is
    then enabled as is not known."""

    def change(state: UnitState) -> UnitState:
        if wanted:
            return state._replace(load="masked", enabled="masked")
        was_masked = state.enabled.startswith("masked")
        return state._replace(load="loaded", enabled="") if was_masked else state

    node = _with_state(node, unit, change)
    if wanted:
        node = _with_unit(node, unit, lambda u: u._replace(files=(), settings={}))
    return node


def _with_those_along(node: Node, unit: str) -> list[str]:
    names = [unit]
    for name in names:
        state = _state(node, name)
        related = {} if state is None else state.related
        along = (other for key in _STOPPED_ALONG for other in related.get(key, ()))
        names += [other for other in dict.fromkeys(along) if other not in names]
    return names


def _state(node: Node, unit: str) -> UnitState | None:
    known = None if isinstance(node.units, Missing) else node.units.get(unit)
    if known is None or isinstance(known, Missing) or isinstance(known.state, Missing):
        return None
    return known.state


def _with_state(node: Node, unit: str, change: Callable[[UnitState], UnitState]) -> Node:
    def of(seen: Unit) -> Unit:
        return seen if isinstance(seen.state, Missing) else seen._replace(state=change(seen.state))

    return _with_unit(node, unit, of)


def _with_unit(node: Node, unit: str, change: Callable[[Unit], Unit]) -> Node:
    """The node with one unit changed wherever it is told of."""

    def of(seen: Unit | None | Missing) -> Unit | None | Missing:
        return change(seen) if isinstance(seen, Unit) and seen.name == unit else seen

    if not isinstance(node.units, Missing):
        node = node._replace(units={name: of(seen) for name, seen in node.units.items()})
    if not isinstance(node.kubelet, Missing):
        node = node._replace(kubelet=node.kubelet._replace(unit=of(node.kubelet.unit)))
    if not isinstance(node.containerd, Missing):
        node = node._replace(containerd=node.containerd._replace(unit=of(node.containerd.unit)))
    if not isinstance(node.docker, Missing):
        docker = node.docker
        both = docker._replace(unit=of(docker.unit), socket_unit=of(docker.socket_unit))
        node = node._replace(docker=both)
    if not isinstance(node.buildkit, Missing):
        node = node._replace(buildkit=node.buildkit._replace(unit=of(node.buildkit.unit)))
    return node


def _same(node: Node) -> Node:
    return node


def _kubelet_stopped(node: Node) -> Node:
    if isinstance(node.kubelet, Missing):
        return node
    gone = Missing("the kubelet does not run", Why.NOT_RUNNING)
    return node._replace(
        kubelet=node.kubelet._replace(process=None, running_flags=gone, running=gone, staged=gone)
    )


def _kubelet_started(node: Node) -> Node:
    if isinstance(node.kubelet, Missing):
        return node
    return node._replace(
        kubelet=node.kubelet._replace(
            process=NOT_SEEN, running_flags=NOT_SEEN, running=NOT_SEEN, staged=()
        )
    )


def _docker_stopped(node: Node) -> Node:
    if isinstance(node.docker, Missing):
        return node
    gone = Missing("Docker does not run, and asking it could start it", Why.NOT_RUNNING)
    return node._replace(
        docker=node.docker._replace(
            process=None, active=False, pods=gone, running=gone, staged=gone
        )
    )


def _docker_started(node: Node) -> Node:
    if isinstance(node.docker, Missing):
        return node
    return node._replace(
        docker=node.docker._replace(
            process=NOT_SEEN, active=True, pods=NOT_SEEN, running=NOT_SEEN, staged=()
        )
    )


def _containerd_stopped(node: Node) -> Node:
    containerd = node.containerd
    if isinstance(containerd, Missing):
        return node
    path = containerd.socket.path
    gone = Missing(f"nothing listens at {path}", Why.NOT_RUNNING)
    socket = Socket(path, SocketState.REFUSED, gone.reason)
    after = containerd._replace(process=None, socket=socket, running=gone, staged=gone)
    return _with_answers(node, after, gone)


def _containerd_started(node: Node) -> Node:
    containerd = node.containerd
    if isinstance(containerd, Missing):
        return node
    socket = Socket(containerd.socket.path, SocketState.LISTENING)
    after = containerd._replace(process=NOT_SEEN, socket=socket, running=NOT_SEEN, staged=())
    return _with_answers(node, after, NOT_SEEN)


def _with_answers(node: Node, containerd: Containerd, answer: Missing) -> Node:
    """What is asked of containerd is answered by this alone; the kubelet finds its socket so."""
    node = node._replace(containerd=containerd, images=answer, pods=answer)
    if isinstance(node.kubelet, Missing):
        return node
    endpoint = node.kubelet.endpoint_socket
    if not isinstance(endpoint, Socket) or endpoint.path != containerd.socket.path:
        return node
    return node._replace(kubelet=node.kubelet._replace(endpoint_socket=containerd.socket))


_STOPPED = {
    "kubelet.service": _kubelet_stopped,
    "docker.service": _docker_stopped,
    "containerd.service": _containerd_stopped,
}
_STARTED = {
    "kubelet.service": _kubelet_started,
    "docker.service": _docker_started,
    "containerd.service": _containerd_started,
}
