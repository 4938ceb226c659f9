"""The kubelet's runtime endpoint: is it set, does it lead to a runtime."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.daemon import containerd_not_running
from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Missing,
    Node,
    Rank,
    Runtime,
    Seen,
    Setting,
    Severity,
    SocketState,
    absent,
    cannot_tell,
    check,
    known,
    see,
    shows,
)
from unshim.text.sockets import KNOWN_SCHEMES, endpoint_problem


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet has a runtime endpoint, or its release needs none",
    remedy="Set --container-runtime-endpoint=unix:///run/containerd/containerd.sock.",
    proof=FromSource("kubelet 1.23 to 1.27"),
    rank=Rank.ENDPOINT,
    hop=At("kubelet", "no endpoint", explains=True),
)
def kubelet_endpoint_missing(node: Node) -> Iterator[Finding]:
    """The kubelet is given no runtime endpoint, and its release has no default.

    1.24 to 1.26 have none: without --container-runtime-endpoint the kubelet exits. Up to 1.23
    dockershim is the default, from 1.27 on containerd's socket. The field containerRuntimeEndpoint
    of the configuration file exists from 1.27 on; earlier kubelets ignore it.

    Source: kubelet flags of 1.23 to 1.27.
    """
    kubelet = known(node.kubelet)
    version = known(kubelet.version)
    if not (1, 24) <= version.value.line <= (1, 26):
        return
    if known(kubelet.endpoint) is None:
        yield Finding(
            "no runtime endpoint is set",
            (
                absent("--container-runtime-endpoint", expected=KNOWN_SCHEMES),
                shows("kubelet version", version),
            ),
            hurts="The kubelet exits: `the container runtime endpoint address was not specified`.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="No fault is seen in the kubelet's runtime endpoint",
    remedy="Set the endpoint to unix:///run/containerd/containerd.sock.",
    proof=Seen("containerd 1.6 and a kubelet 1.20"),
    rank=Rank.ENDPOINT,
    hop=At("CRI", "points to nothing"),
    follows=(containerd_not_running,),
)
def kubelet_endpoint_invalid(node: Node) -> Iterator[Finding]:
    """The kubelet's runtime endpoint points to nothing.

    Its scheme is missing, doubled or not one for a local socket; or the path does not exist, is no
    socket, has no listener, or is the containerd that Docker keeps for itself. /var/run and /run
    are the same folder and count as equal. What dockershim serves is judged by its own check; with
    --container-runtime=remote it serves nothing, not even the socket that has its name. Where
    containerd is stopped, that is named as the cause.

    Source: Kubernetes issue 110634 (doubled schemes), kubelet documentation.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    if endpoint is None or _is_dockershims(node, endpoint.value):
        return
    expected = "unix:///run/containerd/containerd.sock"
    problem = endpoint_problem(endpoint.value)
    if problem:
        yield Finding(
            f"the runtime endpoint {problem}",
            (shows("runtime endpoint", endpoint, expected),),
            hurts="The kubelet cannot reach a container runtime.",
        )
        return
    socket = known(kubelet.endpoint_socket)
    if socket is None or socket.state is SocketState.LISTENING:
        return
    if socket.state is SocketState.UNKNOWN:
        raise cannot_tell(socket.reason or f"nothing could be seen of {socket.path}")
    fault = {
        SocketState.ABSENT: "names a socket that does not exist",
        SocketState.REFUSED: "names a socket that nothing listens on",
        SocketState.NOT_A_SOCKET: "names something that is not a socket",
    }[socket.state]
    yield Finding(
        f"the runtime endpoint {fault}",
        (
            shows("runtime endpoint", endpoint, expected),
            Evidence("socket", f"{socket.path}: {socket.reason or socket.state.value}"),
        ),
        hurts="The kubelet cannot start pods until a runtime answers there.",
        follows=containerd_not_running if _is_stopped(node, socket.path) else None,
    )


def _is_dockershims(node: Node, endpoint: str) -> bool:
    """Whether dockershim itself makes that socket. Raises: Unknown where that was not seen."""
    return "dockershim" in endpoint and known(node.runtime).value is Runtime.DOCKERSHIM


def _is_stopped(node: Node, path: str) -> bool:
    """Whether the endpoint is containerd's own socket and containerd is not running."""
    if isinstance(node.containerd, Missing):
        return False
    return node.containerd.socket.path == path and node.containerd.process is None


def kubelet_endpoint(node: Node) -> Setting[str]:
    """The endpoint that the kubelet uses, where it leads to a runtime.

    That containerd is stopped makes its socket no wrong one.

    Raises:
        Unknown: it is Missing, is not set, or points to nothing, which is a check of its own.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    if endpoint is None:
        raise cannot_tell("the kubelet has no runtime endpoint to compare with")
    socket = kubelet.endpoint_socket
    gone = (
        socket is not None
        and not isinstance(socket, Missing)
        and socket.state in (SocketState.ABSENT, SocketState.NOT_A_SOCKET)
        and (isinstance(node.containerd, Missing) or socket.path != node.containerd.socket.path)
    )
    if gone or endpoint_problem(endpoint.value):
        reason = f"the kubelet's endpoint points to nothing {see(kubelet_endpoint_invalid)}"
        raise cannot_tell(reason)
    return endpoint
