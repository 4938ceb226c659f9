"""containerd's events: one subscription at a time, and the queue of those not read yet."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.host.unix_socket import preflight
from unshim.model.live import Event
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import decode_as, wire

if TYPE_CHECKING:
    import grpc

    from unshim.rpc import containerd_pb2 as pb

EVENTS_KEPT = 2000
"""Events that wait for a reader; the oldest are dropped beyond."""


@dataclass(slots=True)
class EventQueue:
    """Events from one thread to another."""

    _waiting: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False

    def put(self, event: Event) -> None:
        """Hand an event on. Never waits for a reader."""
        with self._changed:
            self._waiting.append(event)
            self._changed.notify_all()

    def close(self) -> None:
        """End every read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def read(self, stop: threading.Event) -> Iterator[Event]:
        """Events as they come, until `stop` is set or the queue is closed."""
        while not (stop.is_set() or self._closed):
            with self._changed:
                if not self._waiting:
                    self._changed.wait(0.25)
                fresh = list(self._waiting)
                self._waiting.clear()
            yield from fresh


def subscribe(
    socket: str,
    opened: Callable[[grpc.Call | None], bool],
    heard: Callable[[pb.Envelope], None],
) -> None:
    """One subscription, to its end. `opened` gets its stream, and None once that has ended; it says
    whether to listen.

    Raises:
        RpcError: it ended, which only a daemon that goes away does.
    """
    import grpc

    from unshim.rpc import containerd_pb2 as pb

    preflight(socket)
    link = transport.open_channel(socket)
    try:
        stream = link.unary_stream(ctd.SUBSCRIBE, None, None)(wire(pb.SubscribeRequest()))
        if opened(stream):
            for data in stream:
                heard(decode_as(pb.Envelope, data, ctd.SUBSCRIBE))
    except grpc.RpcError as error:
        failure = transport.from_grpc(error)
        if failure.code == "UNAVAILABLE":
            preflight(socket)
            failure = RpcError(failure.code, "it closed the connection")
        raise failure from None
    finally:
        opened(None)
        link.close()
