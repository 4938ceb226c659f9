"""This machine as a host: it reads, and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence

from unshim.host import opening
from unshim.host.host import READ_LIMIT, AtRest, Output, Stat
from unshim.model.machine import Process, Socket
from unshim.model.values import FileText, Missing, Why
from unshim.text.escape import visible

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

    @property
    def at_rest(self) -> AtRest | None:
        return None

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
        from unshim.host.unix_socket import connect

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
        system = os.uname()
        return (visible(system.nodename), visible(system.release), visible(system.machine))
