"""A recorded node as a host: an index.json and the files beside it, as a folder or a .tar.gz.

The index names every look that was taken and what it came to. What it does not name is Missing,
never absent, except below the folders that it lists in `nothing_else_below` (for nodes made by
hand), where what it does not name was not there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from unshim.host.host import READ_LIMIT, AtRest, Host, Kind, Output, RpcError, Stat
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import FileText, Missing, Version, Why
from unshim.record.answered import key_of_call
from unshim.record.entries import Entry
from unshim.record.errors import RecordError
from unshim.record.files import FILE_LIMIT, is_record, open_files, valid_name
from unshim.record.index import Index
from unshim.text.escape import visible

_NOTHING: Mapping[str, Version] = {}
SAMPLES_LIMIT = 4 * 1024 * 1024
_NOT_RECORDED = Missing("not recorded", Why.NOT_RECORDED)


def open_root(path: str, assumed: Mapping[str, Version] = _NOTHING) -> Host:
    """What `--root` names: a recorded node (.tar.gz, or a folder with index.json) or a tree, of
    which releases may be `assumed`.

    Raises:
        RecordError: it is neither, or a record that cannot be read, or a record holds its releases.
    """
    if is_record(path):
        if assumed:
            raise RecordError(path, "is a record and holds its releases; leave --assume out")
        return RecordedHost(path)
    from unshim.host.tree import TreeHost

    try:
        return TreeHost(path, assumed)
    except OSError as error:
        wrong = error.strerror or "cannot be opened"
        if isinstance(error, NotADirectoryError):
            wrong = "neither a folder nor a .tar.gz that `unshim record` made"
        raise RecordError(path, wrong) from error


class RecordedHost:
    """A node as it was recorded. Everything it answers stands in its index.

    Raises:
        RecordError: the record cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._files = open_files(path)
        self._index = Index.parse(path, self._files.index())
        self._path = path

    @property
    def origin(self) -> str:
        name = visible(self._path.rstrip("/").rpartition("/")[2])
        return f"the recorded node {name.removesuffix('.tar.gz')}"

    @property
    def parts(self) -> dict[str, str]:
        """For each part, in words, where it came from."""
        return dict(self._index.parts)

    @property
    def live(self) -> bool:
        return False

    @property
    def root(self) -> bool:
        return self._index.root

    @property
    def at_rest(self) -> AtRest | None:
        """A plain tree that was recorded stays one."""
        processes = self._index.processes
        at_rest = isinstance(processes, Missing) and processes.why is Why.AT_REST
        return AtRest({}) if at_rest else None

    @property
    def has_samples(self) -> bool:
        """Whether live samples were taken of the node too."""
        return valid_name(self._index.samples)

    def samples(self) -> bytes | Missing:
        """The live samples that were taken of the node, as unshim.live.replay reads them."""
        if not self.has_samples:
            return Missing(f"{self.origin} holds no live samples", Why.NOT_RECORDED)
        try:
            return self._files.read(self._index.samples, SAMPLES_LIMIT)
        except RecordError as error:
            return Missing(f"the record is damaged: {error.wrong}", Why.NOT_RECORDED)

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        entry = self._entry(path)
        if entry is None or isinstance(entry, Missing):
            return entry
        if entry.unread is not None:
            return entry.unread
        if entry.kind is not Kind.FILE:
            kind = "a folder" if entry.kind is Kind.DIRECTORY else f"a {entry.kind}"
            return Missing(f"{visible(path)} is {kind}, not a file")
        try:
            data = entry.data if entry.data is not None else self._beside(entry.file, limit)
        except RecordError as error:
            return Missing(f"the record is damaged: {error.wrong}", Why.NOT_RECORDED)
        if data is None:
            return _NOT_RECORDED
        if len(data) > limit:
            return Missing(f"{visible(path)} is larger than {limit} bytes")
        return FileText(path, data, entry.mode, entry.uid, entry.gid, entry.mtime)

    def _beside(self, name: str | None, limit: int = FILE_LIMIT) -> bytes | None:
        return None if name is None else self._files.read(name, limit)

    def _entry(self, path: str) -> Entry | None | Missing:
        entry = self._index.paths.get(path)
        if entry is not None:
            return entry.look
        if not self._index.nothing_else(path):
            return _NOT_RECORDED
        return Entry(Kind.DIRECTORY) if self._index.children(path) else None

    def stat(self, path: str) -> Stat | None | Missing:
        entry = self._entry(path)
        if entry is None or isinstance(entry, Missing):
            return entry
        size = entry.size
        if size is None:
            try:
                size = len(entry.data or self._beside(entry.file) or b"")
            except RecordError as error:
                return Missing(f"the record is damaged: {error.wrong}", Why.NOT_RECORDED)
        return Stat(entry.kind, entry.mode, entry.uid, entry.gid, size, entry.mtime)

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        entry = self._entry(path)
        if entry is None or isinstance(entry, Missing):
            return entry
        if entry.kind is not Kind.DIRECTORY:
            return Missing(f"{visible(path)} is not a folder")
        if entry.names is not None:
            return entry.names
        if entry.unread is not None:
            return entry.unread
        if self._index.nothing_else(path):
            return self._index.children(path)
        return _NOT_RECORDED

    def resolve(self, path: str) -> str | None | Missing:
        entry = self._entry(path)
        if entry is None or isinstance(entry, Missing):
            return entry
        return entry.real or path

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        return self._index.commands.get(tuple(argv), _NOT_RECORDED)

    def processes(self) -> tuple[Process, ...] | Missing:
        return self._index.processes

    def socket(self, path: str) -> Socket:
        return self._index.sockets.get(path, Socket(path, SocketState.UNKNOWN, "not recorded"))

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        encoded = base64.b64encode(request).decode()
        answer = self._index.calls.get(key_of_call(socket, method, namespace, encoded))
        if answer is None:
            raise RpcError("NOT_RECORDED", "not recorded")
        if isinstance(answer, RpcError):
            raise RpcError(answer.code, answer.details)
        return answer

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        answer = self._index.http.get((socket, path))
        if answer is None:
            raise RpcError("NOT_RECORDED", "not recorded")
        if isinstance(answer, RpcError):
            raise RpcError(answer.code, answer.details)
        return answer

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        known = self._index.environments.get(pid, _NOT_RECORDED)
        if isinstance(known, Missing):
            return known
        return {name: known[name] for name in names if name in known}

    def uname(self) -> tuple[str, str, str]:
        return self._index.uname


__all__ = ["RecordError", "RecordedHost", "open_root"]
