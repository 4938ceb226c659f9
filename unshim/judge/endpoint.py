"""Whether the kubelet's own endpoint can be a measure for others. Pure judgement."""

from __future__ import annotations

from unshim.model.machine import SocketState
from unshim.model.node import Node
from unshim.model.values import Missing, Setting, known
from unshim.text.sockets import endpoint_problem


def kubelet_endpoint(node: Node) -> Setting[str]:
    """The endpoint that the kubelet uses, where it leads to a runtime.

    That containerd is stopped makes its socket no wrong one.

    Raises:
        Unknown: it is Missing, is not set, or leads nowhere, which is a check of its own.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    if endpoint is None:
        return known(Missing("the kubelet has no runtime endpoint to compare with"))
    socket = kubelet.endpoint_socket
    gone = (
        socket is not None
        and not isinstance(socket, Missing)
        and socket.state in (SocketState.ABSENT, SocketState.NOT_A_SOCKET)
        and (isinstance(node.containerd, Missing) or socket.path != node.containerd.socket.path)
    )
    if gone or endpoint_problem(endpoint.value):
        return known(Missing("the kubelet's endpoint leads nowhere (see kubelet-endpoint-invalid)"))
    return endpoint
