"""A plain tree as a host: a mounted disk, a container's /host. Nothing in it is executed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from unshim.host import opening
from unshim.host.beneath import Beneath
from unshim.host.host import READ_LIMIT, AtRest, Output, RpcError, Stat
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import FileText, Missing, Version, Why
from unshim.text.escape import decode, visible

_NOTHING_RUNS = "in a plain tree nothing runs"
_NOTHING: Mapping[str, Version] = {}


class TreeHost:
    """The files beneath a folder, its absolute symlinks meaning paths inside. `assumed` are
    releases of programs, for those that no file tells.

    Raises:
        OSError: the folder cannot be opened.
    """

    def __init__(self, folder: str, assumed: Mapping[str, Version] = _NOTHING) -> None:
        self._beneath = Beneath(folder)
        self._at_rest = AtRest(assumed)
        self._folder = folder

    @property
    def origin(self) -> str:
        return f"the tree {visible(self._folder)}"

    @property
    def live(self) -> bool:
        return False

    @property
    def root(self) -> bool:
        return os.geteuid() == 0

    @property
    def at_rest(self) -> AtRest | None:
        return self._at_rest

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        return opening.read(self._beneath.open, path, limit)

    def stat(self, path: str) -> Stat | None | Missing:
        return opening.look(self._beneath.open, path)

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        return opening.names(self._beneath.open, path)

    def resolve(self, path: str) -> str | None | Missing:
        return opening.real(self._beneath.open, path, self._beneath.root)

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        return Missing("nothing in a plain tree is executed", Why.AT_REST)

    def processes(self) -> tuple[Process, ...] | Missing:
        return Missing(_NOTHING_RUNS, Why.AT_REST)

    def socket(self, path: str) -> Socket:
        return Socket(path, SocketState.UNKNOWN, _NOTHING_RUNS)

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        raise RpcError("NOT_RECORDED", _NOTHING_RUNS)

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        raise RpcError("NOT_RECORDED", _NOTHING_RUNS)

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        return Missing(_NOTHING_RUNS, Why.AT_REST)

    def uname(self) -> tuple[str, str, str]:
        file = self.read("/etc/hostname")
        name = decode(file.data.strip()[:255]) if isinstance(file, FileText) else ""
        return (name, "", "")
