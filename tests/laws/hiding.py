"""Recorded nodes that can be seen only in part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unshim.host.host import READ_LIMIT, AtRest, Host, Output, RpcError, Stat
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import FileText, Missing, Why

HIDDEN = Missing("hidden by a test", Why.NOT_PERMITTED)
Hides = Callable[[str], bool]


class HidingHost:
    """`base` without what `hides` says. Its words: a path, `run NAME`, `call METHOD`, `socket
    PATH`, `http PATH`, `processes`, `environment`."""

    def __init__(self, base: Host, hides: Hides) -> None:
        self._base = base
        self._hides = hides

    @property
    def origin(self) -> str:
        return self._base.origin

    @property
    def live(self) -> bool:
        return self._base.live

    @property
    def root(self) -> bool:
        return self._base.root

    @property
    def at_rest(self) -> AtRest | None:
        return self._base.at_rest

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        return HIDDEN if self._hides(path) else self._base.read(path, limit)

    def stat(self, path: str) -> Stat | None | Missing:
        return HIDDEN if self._hides(path) else self._base.stat(path)

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        return HIDDEN if self._hides(path) else self._base.list(path)

    def resolve(self, path: str) -> str | None | Missing:
        return HIDDEN if self._hides(path) else self._base.resolve(path)

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        return HIDDEN if self._hides(f"run {argv[0]}") else self._base.run(argv, timeout)

    def processes(self) -> tuple[Process, ...] | Missing:
        return HIDDEN if self._hides("processes") else self._base.processes()

    def socket(self, path: str) -> Socket:
        if self._hides(f"socket {path}"):
            return Socket(path, SocketState.UNKNOWN, HIDDEN.reason)
        return self._base.socket(path)

    def call(
        self, socket: str, method: str, request: bytes, namespace: str = "", timeout: float = 2.0
    ) -> tuple[bytes, ...]:
        if self._hides(f"call {method}"):
            raise RpcError("PERMISSION_DENIED", HIDDEN.reason)
        return self._base.call(socket, method, request, namespace, timeout)

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        if self._hides(f"http {path}"):
            raise RpcError("PERMISSION_DENIED", HIDDEN.reason)
        return self._base.http(socket, path, timeout)

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        return HIDDEN if self._hides("environment") else self._base.environment(pid, names)

    def uname(self) -> tuple[str, str, str]:
        return self._base.uname()


class BreakingHost(HidingHost):
    """`base` that raises where it is asked for what `hides` names: a fault of unshim's own, since
    a Host never raises but for what its methods say."""

    def __init__(self, base: Host, hides: Hides) -> None:
        super().__init__(base, lambda asked: hides(asked) and _broken())


def _broken() -> bool:
    raise ZeroDivisionError


class PlantingHost(HidingHost):
    """A recorded node with a secret put back wherever one was removed from its files."""

    def __init__(self, base: Host, secret: str) -> None:
        super().__init__(base, lambda _: False)
        self._secret = secret.encode()

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        found = super().read(path, limit)
        if isinstance(found, FileText):
            return found._replace(data=found.data.replace(b"(removed)", self._secret))
        return found
