"""A host that asks another one each question once: one look sees one moment, and costs no more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from unshim.host.host import READ_LIMIT, AtRest, Host, Output, RpcError, Stat
from unshim.model.machine import Process, Socket
from unshim.model.values import FileText, Missing

T = TypeVar("T")


class _Slot:
    __slots__ = ("answer", "filled", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.filled = False
        self.answer: Any = None


class OnceHost:
    """A host that asks another one each question once, and answers again from memory.

    Threads may ask side by side: the same question of two threads is still asked once.
    """

    def __init__(self, inner: Host) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._slots: dict[tuple[Any, ...], _Slot] = {}

    def answers(self, kind: str) -> dict[tuple[Any, ...], Any]:
        """What was asked of one kind (`read`, `run`, `call` …), by its arguments."""
        with self._lock:
            slots = list(self._slots.items())
        return {key[1:]: slot.answer for key, slot in slots if key[0] == kind and slot.filled}

    def _once(self, key: tuple[Any, ...], ask: Callable[[], T]) -> T:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
        with slot.lock:
            if not slot.filled:
                try:
                    slot.answer = ask()
                except RpcError as error:
                    slot.answer = error
                slot.filled = True
        if isinstance(slot.answer, RpcError):
            raise RpcError(slot.answer.code, slot.answer.details)
        return cast(T, slot.answer)

    @property
    def origin(self) -> str:
        return self._inner.origin

    @property
    def live(self) -> bool:
        return self._inner.live

    @property
    def root(self) -> bool:
        return self._inner.root

    @property
    def at_rest(self) -> AtRest | None:
        return self._inner.at_rest

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        return self._once(("read", path, limit), lambda: self._inner.read(path, limit))

    def stat(self, path: str) -> Stat | None | Missing:
        return self._once(("stat", path), lambda: self._inner.stat(path))

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        return self._once(("list", path), lambda: self._inner.list(path))

    def resolve(self, path: str) -> str | None | Missing:
        return self._once(("resolve", path), lambda: self._inner.resolve(path))

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        return self._once(("run", tuple(argv)), lambda: self._inner.run(argv, timeout))

    def processes(self) -> tuple[Process, ...] | Missing:
        return self._once(("processes",), self._inner.processes)

    def socket(self, path: str) -> Socket:
        return self._once(("socket", path), lambda: self._inner.socket(path))

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        return self._once(
            ("call", socket, method, namespace, request),
            lambda: self._inner.call(socket, method, request, namespace, timeout),
        )

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        return self._once(("http", socket, path), lambda: self._inner.http(socket, path, timeout))

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        return self._once(
            ("environment", pid, tuple(names)), lambda: self._inner.environment(pid, names)
        )

    def uname(self) -> tuple[str, str, str]:
        return self._once(("uname",), self._inner.uname)


class RecordingHost(OnceHost):
    """A host that remembers what was asked; where a path leads is asked with the path itself."""

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        self.resolve(path)
        return super().read(path, limit)

    def stat(self, path: str) -> Stat | None | Missing:
        self.resolve(path)
        return super().stat(path)
