"""A host with files changed in memory: what a node would look like after steps that write."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from unshim.host.host import READ_LIMIT, AtRest, Host, Kind, Output, Stat
from unshim.model.machine import Process, Socket
from unshim.model.values import FileText, Missing


class OverlayHost:
    """`base` with files on top. Everything that is not a file is the base's answer.

    After a reload the paths that systemd tells of its units are left out of its answer, so
    that they are found in the folders as systemd would then find them.
    """

    def __init__(self, base: Host) -> None:
        self._base = base
        self._files: dict[str, tuple[bytes | None, int]] = {}
        self._reloaded = False

    def write(self, path: str, data: bytes | None, mode: int) -> None:
        """Let `path` hold `data`, None: be gone. A file that stands there keeps its own mode."""
        standing = self.read(path)
        kept = standing.mode if isinstance(standing, FileText) else mode
        self._files[self._name(path)] = (data, kept)

    def reload(self) -> None:
        """Let systemd have read its unit files again."""
        self._reloaded = True

    def _name(self, path: str) -> str:
        resolved = self._base.resolve(path)
        return resolved if isinstance(resolved, str) else posixpath.normpath(path)

    @property
    def origin(self) -> str:
        return self._base.origin

    @property
    def live(self) -> bool:
        """As the base: what it remembers is answered, nothing is asked anew."""
        return self._base.live

    @property
    def root(self) -> bool:
        return self._base.root

    @property
    def at_rest(self) -> AtRest | None:
        return self._base.at_rest

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        name = self._name(path)
        if name not in self._files:
            return self._base.read(path, limit)
        data, mode = self._files[name]
        return None if data is None else FileText(path, data, mode)

    def stat(self, path: str) -> Stat | None | Missing:
        name = self._name(path)
        if name in self._files:
            data, mode = self._files[name]
            return None if data is None else Stat(Kind.FILE, mode, 0, 0, len(data), 0.0)
        entry = self._base.stat(path)
        if entry is None and any(written.startswith(f"{name}/") for written in self._present()):
            return Stat(Kind.DIRECTORY, 0o755, 0, 0, 0, 0.0)
        return entry

    def _present(self) -> list[str]:
        return [path for path, (data, _) in self._files.items() if data is not None]

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        names = self._base.list(path)
        if isinstance(names, Missing):
            return names
        name = self._name(path).rstrip("/") + "/"
        below = {p[len(name) :].partition("/")[0] for p in self._present() if p.startswith(name)}
        gone = {
            p[len(name) :]
            for p, (data, _) in self._files.items()
            if data is None and p.startswith(name)
        }
        if names is None and not below:
            return None
        return tuple(sorted((set(names or ()) - gone) | below))

    def resolve(self, path: str) -> str | None | Missing:
        name = self._name(path)
        if name in self._files and self._files[name][0] is not None:
            return name
        return self._base.resolve(path)

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        answer = self._base.run(argv, timeout)
        if not self._reloaded or isinstance(answer, Missing) or list(argv[:2]) != _SHOW:
            return answer
        kept = [line for line in answer.stdout.split(b"\n") if not line.startswith(_TOLD)]
        return Output(answer.code, b"\n".join(kept), answer.stderr)

    def processes(self) -> tuple[Process, ...] | Missing:
        return self._base.processes()

    def socket(self, path: str) -> Socket:
        return self._base.socket(path)

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        return self._base.call(socket, method, request, namespace, timeout)

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        return self._base.http(socket, path, timeout)

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        return self._base.environment(pid, names)

    def uname(self) -> tuple[str, str, str]:
        return self._base.uname()


_SHOW = ["systemctl", "show"]
_TOLD = (b"FragmentPath=", b"DropInPaths=")
