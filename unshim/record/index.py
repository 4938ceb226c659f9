"""The index of a recorded node, checked as a whole when it is opened.

    {"format": 1,
     "parts": {"paths": "recorded by unshim 0.1.0 from this machine", "calls": "made by hand"},
     "machine": {"name": "", "kernel": "", "architecture": "", "root": true},
     "paths": {"/etc/a": {"kind": "file", "mode": "0644", "uid": 0, "gid": 0, "mtime": 0.0,
                          "file": "files/0001"},              or "text": "…" in place of "file"
               "/etc/b": {"kind": "directory", "names": ["c"]},
               "/lib/d": {"kind": "file", "text": {"base64": "/w=="}, "real": "/usr/lib/d"},
               "/etc/e": {"absent": true},
               "/etc/f": {"missing": "not root: …", "why": "not-permitted"},
               "/etc/g": {"kind": "file", "unread": {"missing": "…"}}},
     "nothing_else_below": ["/etc"],                          for nodes made by hand
     "processes": [{"pid": 7, "name": "", "exe": "", "argv": [], "started": 0.0, "uid": 0}],
     "commands": [{"argv": ["kubelet", "--version"], "code": 0, "stdout": "", "stderr": ""}],
     "sockets": {"/run/s": {"state": "listening", "reason": "", "real": "/run/s"}},
     "calls": [{"socket": "", "method": "", "namespace": "", "request": "base64",
                "answers": ["base64"]}],        or "error": {"code": "", "details": ""} for answers
     "http": [{"socket": "", "path": "", "body": ""}],
     "environments": [{"pid": 7, "values": {"HTTP_PROXY": ""}}]}

Whatever was not to be had is {"missing": reason, "why": one of Why} in its place.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from unshim.host.host import Kind, Output, RpcError
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Why
from unshim.record.files import RecordError, valid_name
from unshim.text.escape import visible

T = TypeVar("T")

FORMAT = 1
Answer = tuple[bytes, ...] | RpcError


class Entry(NamedTuple):
    """What stood at a path. Bytes are inline (`data`) or in a file beside the index (`file`)."""

    kind: Kind
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: float = 0.0
    size: int | None = None
    real: str = ""
    data: bytes | None = None
    file: str | None = None
    names: tuple[str, ...] | None = None
    unread: Missing | None = None


class Looked(NamedTuple):
    """What a look at a path came to: an entry, nothing there (None), or why not."""

    look: Entry | None | Missing


class _Wrong(Exception):
    pass


def key_of_call(socket: str, method: str, namespace: str, request: str) -> tuple[str, ...]:
    """What identifies a gRPC question; `request` is base64."""
    return (socket, method, namespace, request)


class Index(NamedTuple):
    parts: Mapping[str, str]
    uname: tuple[str, str, str]
    root: bool
    paths: Mapping[str, Looked]
    processes: tuple[Process, ...] | Missing
    commands: Mapping[tuple[str, ...], Output | Missing]
    sockets: Mapping[str, Socket]
    calls: Mapping[tuple[str, ...], Answer]
    http: Mapping[tuple[str, str], bytes | RpcError]
    environments: Mapping[int, dict[str, str] | Missing]
    closed: tuple[str, ...]
    family: Mapping[str, tuple[str, ...]]

    @staticmethod
    def parse(path: str, data: bytes) -> Index:
        """The index of the record at `path`.

        Raises:
            RecordError: it is not JSON, or not of this shape.
        """
        try:
            document = json.loads(data)
            return _index(document)
        except _Wrong as wrong:
            raise RecordError(path, f"index.json: {wrong}") from wrong
        except RecursionError as error:
            raise RecordError(path, "index.json is nested too deep") from error
        except ValueError as error:
            raise RecordError(path, "index.json is not JSON") from error

    def nothing_else(self, path: str) -> bool:
        """Whether a path that is not named was not there."""
        return any(path == folder or path.startswith(_slashed(folder)) for folder in self.closed)

    def children(self, path: str) -> tuple[str, ...]:
        """The sorted names of what the index has in a folder."""
        return self.family.get(path.rstrip("/") or "/", ())


def _slashed(folder: str) -> str:
    return folder if folder.endswith("/") else folder + "/"


def _index(document: Any) -> Index:
    top = _of(document, dict, "the whole")
    if top.get("format") != FORMAT:
        raise _Wrong(f"format {visible(str(top.get('format')))[:20]} is not {FORMAT}")
    machine = _part(top, "machine", dict, {})
    paths = {p: _looked(p, v) for p, v in _part(top, "paths", dict, {}).items()}
    return Index(
        parts={k: visible(_of(v, str, k)) for k, v in _part(top, "parts", dict, {}).items()},
        uname=tuple(  # type: ignore[arg-type]
            visible(_part(machine, key, str, "")) for key in ("name", "kernel", "architecture")
        ),
        root=_part(machine, "root", bool, True),
        paths=paths,
        processes=_processes(top.get("processes")),
        commands=dict(_command(v) for v in _part(top, "commands", list, [])),
        sockets={p: _socket(p, v) for p, v in _part(top, "sockets", dict, {}).items()},
        calls=dict(_call(v) for v in _part(top, "calls", list, [])),
        http=dict(_http(v) for v in _part(top, "http", list, [])),
        environments=_environments(_part(top, "environments", list, [])),
        closed=tuple(
            _of(v, str, "nothing_else_below") for v in _part(top, "nothing_else_below", list, [])
        ),
        family=_family(paths),
    )


def _of(value: Any, kind: type[T], what: str) -> T:
    """`value`, which must be of this kind; a bool is no number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _Wrong(f"{visible(what)[:200]} is not a {_WORDS[kind.__name__]}")
    return value


_WORDS = {
    "dict": "mapping",
    "list": "list",
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
}


def _part(of: dict[str, Any], key: str, kind: type[T], default: T) -> T:
    value = of.get(key)
    return default if value is None else _of(value, kind, key)


def _time(of: dict[str, Any], key: str) -> float:
    value = of.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Wrong(f"{key} is not a number")
    return float(value)


def _missing(of: dict[str, Any]) -> Missing | None:
    if "missing" not in of:
        return None
    try:
        why = Why(_part(of, "why", str, Why.UNREADABLE.value))
    except ValueError as error:
        raise _Wrong("why is none of unshim's") from error
    return Missing(visible(_of(of["missing"], str, "missing")), why)


def _bytes(value: Any, what: str) -> bytes:
    """Text, or {"base64": …} for what is no text."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    encoded = _part(_of(value, dict, what), "base64", str, "")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Wrong(f"{visible(what)[:200]} is not base64") from error


def _looked(path: str, value: Any) -> Looked:
    of = _of(value, dict, path)
    if not path.startswith("/"):
        raise _Wrong(f"{visible(path)[:200]} is not an absolute path")
    if of.get("absent") is True:
        return Looked(None)
    missing = _missing(of)
    if missing is not None:
        return Looked(missing)
    return Looked(_entry(path, of))


def _entry(path: str, of: dict[str, Any]) -> Entry:
    try:
        kind = Kind(_part(of, "kind", str, Kind.FILE.value))
        mode = int(_part(of, "mode", str, "0755" if kind is Kind.DIRECTORY else "0644"), 8)
    except ValueError as error:
        raise _Wrong(f"kind or mode of {visible(path)[:200]} is none") from error
    name = of.get("file")
    if name is not None and not valid_name(_of(name, str, "file")):
        raise _Wrong(f"{visible(name)[:200]!r} is no name of a file in a record")
    names = of.get("names")
    unread = of.get("unread")
    return Entry(
        kind=kind,
        mode=mode,
        uid=_part(of, "uid", int, 0),
        gid=_part(of, "gid", int, 0),
        mtime=_time(of, "mtime"),
        size=None if of.get("size") is None else _of(of["size"], int, "size"),
        real=_part(of, "real", str, ""),
        data=_bytes(of["text"], path) if "text" in of else None,
        file=name,
        names=None
        if names is None
        else tuple(_of(n, str, "a name") for n in _of(names, list, "names")),
        unread=None if unread is None else _missing(_of(unread, dict, "unread")),
    )


def _processes(value: Any) -> tuple[Process, ...] | Missing:
    if value is None:
        return Missing("not recorded", Why.NOT_RECORDED)
    if isinstance(value, dict):
        missing = _missing(value)
        if missing is not None:
            return missing
    return tuple(_process(_of(v, dict, "a process")) for v in _of(value, list, "processes"))


def _process(of: dict[str, Any]) -> Process:
    argv = _part(of, "argv", list, [])
    return Process(
        pid=_part(of, "pid", int, 0),
        name=visible(_part(of, "name", str, "")),
        exe=visible(_part(of, "exe", str, "")),
        argv=tuple(visible(_of(word, str, "argv")) for word in argv),
        started=_time(of, "started"),
        uid=_part(of, "uid", int, 0),
    )


def _command(value: Any) -> tuple[tuple[str, ...], Output | Missing]:
    of = _of(value, dict, "a command")
    argv = tuple(_of(word, str, "argv") for word in _part(of, "argv", list, []))
    missing = _missing(of)
    if missing is not None:
        return argv, missing
    out, err = (_bytes(of.get(stream, ""), stream) for stream in ("stdout", "stderr"))
    return argv, Output(_part(of, "code", int, 0), out, err)


def _socket(path: str, value: Any) -> Socket:
    of = _of(value, dict, path)
    try:
        state = SocketState(_part(of, "state", str, ""))
    except ValueError as error:
        raise _Wrong(f"state of socket {visible(path)[:200]} is none") from error
    return Socket(_part(of, "real", str, path), state, visible(_part(of, "reason", str, "")))


def _error(of: dict[str, Any]) -> RpcError | None:
    error = of.get("error")
    if error is None:
        return None
    code = _part(_of(error, dict, "error"), "code", str, "UNKNOWN")
    return RpcError(visible(code), visible(_part(error, "details", str, "")))


def _call(value: Any) -> tuple[tuple[str, ...], Answer]:
    of = _of(value, dict, "a call")
    names = ("socket", "method", "namespace", "request")
    socket, method, namespace, request = (_part(of, name, str, "") for name in names)
    key = key_of_call(socket, method, namespace, request)
    error = _error(of)
    if error is not None:
        return key, error
    answers = _part(of, "answers", list, [])
    return key, tuple(_bytes({"base64": a}, "an answer") for a in answers)


def _http(value: Any) -> tuple[tuple[str, str], bytes | RpcError]:
    of = _of(value, dict, "an http answer")
    key = (_part(of, "socket", str, ""), _part(of, "path", str, ""))
    return key, _error(of) or _bytes(of.get("body", ""), "body")


def _environments(values: list[Any]) -> dict[int, dict[str, str] | Missing]:
    """By pid: what several questions brought of one process is put together."""
    found: dict[int, dict[str, str] | Missing] = {}
    for value in values:
        pid, known = _environment(value)
        before = found.get(pid)
        if isinstance(before, dict) and isinstance(known, dict):
            known = {**before, **known}
        found[pid] = known
    return found


def _environment(value: Any) -> tuple[int, dict[str, str] | Missing]:
    of = _of(value, dict, "an environment")
    pid = _part(of, "pid", int, 0)
    missing = _missing(of)
    if missing is not None:
        return pid, missing
    values = _part(of, "values", dict, {})
    return pid, {k: visible(_of(v, str, k)) for k, v in values.items()}


def _family(paths: Mapping[str, Looked]) -> dict[str, tuple[str, ...]]:
    """The names in every folder above what was there."""
    found: dict[str, set[str]] = {}
    for path, looked in paths.items():
        if looked.look is None:
            continue
        while path not in ("/", ""):
            above, _, name = path.rstrip("/").rpartition("/")
            known = found.setdefault(above or "/", set())
            if name in known:
                break
            known.add(name)
            path = above or "/"
    return {folder: tuple(sorted(names)) for folder, names in found.items()}
