"""Connecting to a unix socket, and why it failed: one set of words for whoever wants to know."""

from __future__ import annotations

import errno
import os
import socket

from unshim.host import opening
from unshim.host.host import Kind, RpcError
from unshim.model.machine import Socket, SocketState
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing
from unshim.text.escape import visible
from unshim.text.sockets import PATH_LIMIT

CONNECT_SECONDS = 1.0


class Refusal(NamedTuple):
    """Why a connect failed: the socket's state, the reason in words, and gRPC's name for it."""

    state: SocketState
    reason: str
    code: str = "UNAVAILABLE"


_REFUSALS = {
    errno.ENOENT: Refusal(SocketState.ABSENT, "there is nothing at this path"),
    errno.ENOTDIR: Refusal(SocketState.ABSENT, "there is nothing at this path"),
    errno.ECONNREFUSED: Refusal(SocketState.REFUSED, "nothing listens at this socket"),
    errno.EAGAIN: Refusal(SocketState.UNKNOWN, "its queue of callers is full"),
    errno.EPROTOTYPE: Refusal(SocketState.UNKNOWN, "it is not a stream socket"),
}


def refusal(error: OSError, named: str = "it") -> Refusal:
    """What a failed connect says of a socket; `named` is how the reason speaks of it."""
    if isinstance(error, TimeoutError):
        reason = f"no answer within {CONNECT_SECONDS:g} s"
        return Refusal(SocketState.UNKNOWN, reason, "DEADLINE_EXCEEDED")
    if error.errno in (errno.EACCES, errno.EPERM):
        whom = "" if os.geteuid() == 0 else "not root: "
        return Refusal(SocketState.UNKNOWN, f"{whom}{named} may not be read", "PERMISSION_DENIED")
    unknown = Refusal(SocketState.UNKNOWN, os.strerror(error.errno or 0))
    return _REFUSALS.get(error.errno or 0, unknown)


def connect(path: str) -> Socket:
    """Whether something listens at `path`: a plain connect, closed at once, nothing sent."""
    entry = opening.look(opening.open_here, path)
    if entry is None:
        return Socket(path, SocketState.ABSENT, _REFUSALS[errno.ENOENT].reason)
    if isinstance(entry, Missing):
        return Socket(path, SocketState.UNKNOWN, entry.reason)
    if entry.kind is not Kind.SOCKET:
        return Socket(path, SocketState.NOT_A_SOCKET, f"there is a {entry.kind} at this path")
    target = opening.real(opening.open_here, path)
    if target is None or isinstance(target, Missing):
        target = path
    refused = _refusal(target, visible(path))  # its reason stands alone in a sentence
    if refused is not None:
        return Socket(target, refused.state, refused.reason)
    return Socket(target, SocketState.LISTENING, "")


def preflight(path: str) -> None:
    """Connect and hang up, so that the reason for a failure is the kernel's own.

    Raises:
        RpcError: UNAVAILABLE, PERMISSION_DENIED or DEADLINE_EXCEEDED, with the path and the
            reason; INVALID_ARGUMENT for what is not a socket's path.
    """
    if not path or "\0" in path or len(os.fsencode(path)) > PATH_LIMIT:
        raise RpcError("INVALID_ARGUMENT", f"no path of a unix socket: {visible(path) or '(none)'}")
    refused = _refusal(path)
    if refused is not None:
        raise RpcError(refused.code, f"{visible(path)}: {refused.reason}")


def _refusal(path: str, named: str = "it") -> Refusal | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(CONNECT_SECONDS)
        try:
            probe.connect(path)
        except OSError as error:
            return refusal(error, named)
    return None
