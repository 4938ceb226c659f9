"""gRPC over unix sockets with raw bytes: deadlines always, errors in the kernel's own words.

Only this module, the live event stream and the image copy import grpc, and only when called: it
costs 40 ms, which `--help` and recorded nodes do not pay.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from unshim.host.host import RpcError
from unshim.host.unix_socket import preflight
from unshim.text.escape import visible
from unshim.text.sockets import socket_path

if TYPE_CHECKING:
    import grpc

ANSWER_LIMIT = 64 * 1024 * 1024
"""Bytes one answer may have. Images.List passes gRPC's own 4 MiB at about 12,000 images."""

NAMESPACE = "containerd-namespace"
DETAILS_LIMIT = 2000

# No keepalive: containerd answers pings every 2 s with GOAWAY too_many_pings. The backoff brings a
# restarted daemon back within about a second; gRPC's own takes up to two minutes. The "min" one is
# not a pause but how long a connection may take to be greeted: shorter than a call's deadline, a
# busy daemon would look dead.
_OPTIONS = (
    ("grpc.max_receive_message_length", ANSWER_LIMIT),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 10_000),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_http_proxy", 0),
)

_channels: dict[str, grpc.Channel] = {}
_lock = threading.Lock()


def call(
    socket: str,
    method: str,
    request: bytes,
    namespace: str = "",
    timeout: float = 2.0,
) -> tuple[bytes, ...]:
    """Make one call: a unary answer is a tuple of one, a stream's (`method` ends in `*`) of many.

    Raises:
        RpcError: no answer. Where the socket itself is the reason, the code is UNAVAILABLE or
            PERMISSION_DENIED and the details name the path and the errno in words.
    """
    try:
        return _call(socket, method, request, namespace, timeout)
    except RpcError as error:
        if error.code == "UNAVAILABLE":
            # gRPC words every cause alike; ask the kernel which one it is.
            preflight(socket_path(socket))
        raise


def _call(
    socket: str, method: str, request: bytes, namespace: str, timeout: float
) -> tuple[bytes, ...]:
    link = channel(socket)
    import grpc

    metadata = ((NAMESPACE, namespace),) if namespace else ()
    try:
        if method.endswith("*"):
            stream = link.unary_stream(method[:-1], None, None)
            return tuple(_bound(stream(request, timeout=timeout, metadata=metadata)))
        return (link.unary_unary(method, None, None)(request, timeout=timeout, metadata=metadata),)
    except grpc.RpcError as error:
        raise from_grpc(error) from None
    except ValueError as error:
        # The channel was closed by another thread between the look-up and the call.
        raise RpcError("CANCELLED", visible(str(error))) from None


def _bound(stream: Iterable[bytes]) -> Iterator[bytes]:
    total = 0
    for part in stream:
        total += len(part)
        if total > ANSWER_LIMIT:
            raise RpcError("RESOURCE_EXHAUSTED", f"the stream is longer than {ANSWER_LIMIT} bytes")
        yield part


def channel(socket: str) -> grpc.Channel:
    """The channel to a socket, made on first use and kept until `close`.

    Raises:
        RpcError: nothing listens there, or this user may not connect.
    """
    path = socket_path(socket)
    with _lock:
        if path in _channels:
            return _channels[path]
    preflight(path)
    with _lock:
        if path not in _channels:
            _channels[path] = open_channel(path)
        return _channels[path]


def open_channel(path: str) -> grpc.Channel:
    """A channel of one's own to the socket at an absolute path. The caller closes it."""
    # C-core writes its troubles to file descriptor 2, which would tear the screen apart.
    os.environ["GRPC_VERBOSITY"] = "NONE"
    import grpc

    return grpc.insecure_channel(f"unix:{path}", options=_OPTIONS)


def close(socket: str | None = None) -> None:
    """Close the channel to a socket, or all; calls under way end as CANCELLED."""
    with _lock:
        paths = list(_channels) if socket is None else [socket_path(socket)]
        gone = [_channels.pop(path) for path in paths if path in _channels]
    for link in gone:
        link.close()


def from_grpc(error: grpc.RpcError) -> RpcError:
    """A gRPC error as ours: the code's name, and details a terminal survives."""
    code = getattr(error, "code", lambda: None)()
    details = getattr(error, "details", lambda: "")() or ""
    return RpcError(code.name if code else "UNKNOWN", visible(details[:DETAILS_LIMIT]))
