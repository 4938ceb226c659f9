"""This machine as a host: it reads, and changes nothing."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Sequence

from unshim.host import opening
from unshim.host.host import READ_LIMIT, Kind, Output, Stat
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import FileText, Missing, Why
from unshim.text.escape import visible

_CONNECT_SECONDS = 1.0
_ENVIRON_LIMIT = 2 * 1024 * 1024


class LocalHost:
    """The machine that unshim runs on."""

    @property
    def origin(self) -> str:
        return "this machine"

    @property
    def live(self) -> bool:
        return True

    @property
    def root(self) -> bool:
        return os.geteuid() == 0

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        return opening.read(opening.open_here, path, limit)

    def stat(self, path: str) -> Stat | None | Missing:
        return opening.look(opening.open_here, path)

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        return opening.names(opening.open_here, path)

    def resolve(self, path: str) -> str | None | Missing:
        return opening.real(opening.open_here, path)

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        from unshim.host.programs import run

        return run(argv, timeout)

    def processes(self) -> tuple[Process, ...] | Missing:
        from unshim.host.processes import read_processes

        return read_processes()

    def socket(self, path: str) -> Socket:
        return connect(path)

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        from unshim.host.grpc_socket import call

        return call(socket, method, request, namespace, timeout)

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        from unshim.host.http import get

        return get(socket, path, timeout)

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        file = opening.read(opening.open_here, f"/proc/{pid}/environ", _ENVIRON_LIMIT)
        if file is None:
            return Missing(f"process {pid} is gone", Why.NOT_RUNNING)
        if isinstance(file, Missing):
            return file
        wanted = set(names)
        pairs = (entry.partition("=") for entry in file.text().split("\0"))
        return {name: visible(value) for name, _, value in pairs if name in wanted}

    def uname(self) -> tuple[str, str, str]:
        found = os.uname()
        return (visible(found.nodename), visible(found.release), visible(found.machine))


def connect(path: str) -> Socket:
    """Whether something listens at `path`: a plain connect, closed at once, nothing sent."""
    found = opening.look(opening.open_here, path)
    if found is None:
        return Socket(path, SocketState.ABSENT, "there is nothing at this path")
    if isinstance(found, Missing):
        return Socket(path, SocketState.UNKNOWN, found.reason)
    if found.kind is not Kind.SOCKET:
        return Socket(path, SocketState.NOT_A_SOCKET, f"there is a {found.kind} at this path")
    target = opening.real(opening.open_here, path)
    if target is None or isinstance(target, Missing):
        target = path
    state, reason = _connected(target)
    return Socket(target, state, reason)


def _connected(path: str) -> tuple[SocketState, str]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_CONNECT_SECONDS)
        try:
            probe.connect(path)
        except OSError as error:
            return _refusal(path, error)
    return SocketState.LISTENING, ""


def _refusal(path: str, error: OSError) -> tuple[SocketState, str]:
    match error.errno:
        case errno.ECONNREFUSED:
            return SocketState.REFUSED, "nothing listens at this socket"
        case errno.ENOENT:
            return SocketState.ABSENT, "there is nothing at this path"
        case errno.EAGAIN:
            return SocketState.UNKNOWN, "its queue of callers is full"
        case errno.EPROTOTYPE:
            return SocketState.UNKNOWN, "it is not a stream socket"
    missing = opening.failure(path, error)
    if isinstance(error, TimeoutError) or missing is None:
        return SocketState.UNKNOWN, f"no answer within {_CONNECT_SECONDS:g} s"
    return SocketState.UNKNOWN, missing.reason
