"""A recording as an index, and the contents that it names, without secrets."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from unshim import __version__
from unshim.facts.docker import answers as docker_pods
from unshim.host.host import RpcError, Stat
from unshim.model.machine import Process, Socket
from unshim.model.values import FileText, Missing
from unshim.record import scrub
from unshim.record.files import name_of
from unshim.record.index import FORMAT
from unshim.text import redact

if TYPE_CHECKING:
    from unshim.host.once import RecordingHost

_Json = dict[str, Any]
_Key = tuple[Any, ...]


def index_of(recording: RecordingHost, files: dict[str, bytes]) -> dict[str, Any]:
    """What index.json says of a recording; the contents it names are put into `files`."""
    name, kernel, architecture = recording.uname()
    return {
        "format": FORMAT,
        "parts": _parts(recording),
        "machine": {
            "name": name,
            "kernel": kernel,
            "architecture": architecture,
            "root": recording.root,
        },
        "paths": dict(_paths(recording, files)),
        "processes": _processes(recording),
        "commands": [_command(key[0], answer) for key, answer in _sort(recording, "run")],
        "sockets": {key[0]: _socket(key[0], answer) for key, answer in _sort(recording, "socket")},
        "calls": [_call(key, answer) for key, answer in _sort(recording, "call")],
        "http": [_http(key, answer) for key, answer in _sort(recording, "http")],
        "environments": [
            _environment(key, answer) for key, answer in _sort(recording, "environment")
        ],
    }


def _sort(recording: RecordingHost, kind: str) -> list[tuple[tuple[Any, ...], Any]]:
    return sorted(recording.answers(kind).items(), key=lambda item: item[0])


def _parts(recording: RecordingHost) -> dict[str, str]:
    """For each part the unshim that recorded it, and the programs as they named themselves."""
    origin = f"recorded by unshim {__version__} from {recording.origin}"
    programs = []
    for (argv, *_), answer in _sort(recording, "run"):
        if argv[-1] == "--version" and not isinstance(answer, Missing):
            line = answer.stdout.decode("utf-8", "backslashreplace").partition("\n")[0].strip()
            programs.append(redact.text(line)[:200])
    asked = f"{origin}; {'; '.join(programs)}" if programs else origin
    looks = dict.fromkeys(("paths", "processes", "commands", "environments"), origin)
    return {**looks, **dict.fromkeys(("sockets", "calls", "http"), asked)}


def _missing(missing: Missing) -> _Json:
    return {"missing": missing.reason, "why": missing.why.value}


def _paths(recording: RecordingHost, files: dict[str, bytes]) -> Iterator[tuple[str, _Json]]:
    reads: dict[str, FileText | None | Missing] = {}
    for (path, _limit), answer in recording.answers("read").items():
        if not isinstance(reads.get(path), FileText):
            reads[path] = answer
    stats = {path: answer for (path,), answer in recording.answers("stat").items()}
    lists = {path: answer for (path,), answer in recording.answers("list").items()}
    reals = {path: answer for (path,), answer in recording.answers("resolve").items()}
    for path in sorted({*reads, *stats, *lists, *reals}):
        looks = [of[path] for of in (reads, stats, lists, reals) if path in of]
        yield path, _path(path, looks, files)


def _path(path: str, looks: list[Any], files: dict[str, bytes]) -> _Json:
    """One entry from whatever was asked of a path."""
    entry: _Json = {}
    missing: Missing | None = None
    for look in looks:
        if isinstance(look, FileText):
            entry |= {"kind": "file", "file": _file(look, files), **_ownership(look)}
        elif isinstance(look, Stat):
            entry |= {"kind": look.kind.value, "size": look.size, **_ownership(look)}
        elif isinstance(look, Missing):
            missing = look if missing is None else missing
        elif isinstance(look, str):
            entry |= {"real": look} if look != path else {}
        elif look is not None:
            entry |= {"kind": "directory", "names": list(look)}
    if "kind" not in entry:
        if missing is not None:
            return _missing(missing)
        return {"absent": True} if None in looks else entry
    if missing is not None and "file" not in entry and "names" not in entry:
        entry["unread"] = _missing(missing)
    return entry


def _ownership(of: FileText | Stat) -> _Json:
    return {"mode": f"{of.mode:04o}", "uid": of.uid, "gid": of.gid, "mtime": of.mtime}


def _file(file: FileText, files: dict[str, bytes]) -> str:
    """Put a file's bytes beside the index, each content once. The node's names are not ours."""
    data = scrub.file(file.path, file.data)
    name = name_of(data)
    files[name] = data
    return name


def _processes(recording: RecordingHost) -> Any:
    answer = recording.processes()
    return _missing(answer) if isinstance(answer, Missing) else [_process(p) for p in answer]


def _process(process: Process) -> _Json:
    return {
        "pid": process.pid,
        "name": process.name,
        "exe": process.exe,
        "argv": list(redact.argv(process.argv)),
        "started": process.started,
        "uid": process.uid,
    }


def _bytes(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _command(argv: tuple[str, ...], answer: Any) -> _Json:
    if isinstance(answer, Missing):
        return {"argv": list(argv), **_missing(answer)}
    return {
        "argv": list(argv),
        "code": answer.code,
        "stdout": _bytes(scrub.output(argv, answer.stdout)),
        "stderr": _bytes(redact.data(answer.stderr)),
    }


def _socket(path: str, answer: Socket) -> _Json:
    entry = {"state": answer.state.value, "reason": answer.reason}
    return entry if answer.path == path else {**entry, "real": answer.path}


def _error(error: RpcError) -> _Json:
    return {"error": {"code": error.code, "details": redact.text(error.details)}}


def _call(key: _Key, answer: Any) -> _Json:
    from unshim.rpc.scrub import scrub as scrub_answer

    socket, method, namespace, request = key
    entry = {
        "socket": socket,
        "method": method,
        "namespace": namespace,
        "request": base64.b64encode(request).decode(),
    }
    if isinstance(answer, RpcError):
        return {**entry, **_error(answer)}
    clean = [base64.b64encode(scrub_answer(method, part)).decode() for part in answer]
    return {**entry, "answers": clean}


def _http(key: _Key, answer: Any) -> _Json:
    socket, path = key
    entry = {"socket": socket, "path": path}
    if isinstance(answer, RpcError):
        return {**entry, **_error(answer)}
    return {**entry, "body": _bytes(docker_pods.scrub(answer))}


def _environment(key: _Key, answer: Any) -> _Json:
    pid, _names = key
    if isinstance(answer, Missing):
        return {"pid": pid, **_missing(answer)}
    return {"pid": pid, "values": {k: redact.value(k, v) for k, v in answer.items()}}
