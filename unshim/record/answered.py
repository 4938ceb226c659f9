"""What a record's index says of processes, and of what programs and daemons answered."""

from __future__ import annotations

from typing import Any

from unshim.host.host import Output, RpcError
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import Missing, Why
from unshim.record.shapes import Wrong, bytes_of, missing_in, of_kind, part, time_in
from unshim.text.escape import visible

Answer = tuple[bytes, ...] | RpcError


def key_of_call(socket: str, method: str, namespace: str, request: str) -> tuple[str, ...]:
    """What identifies a gRPC question; `request` is base64."""
    return (socket, method, namespace, request)


def processes_of(value: Any) -> tuple[Process, ...] | Missing:
    if value is None:
        return Missing("not recorded", Why.NOT_RECORDED)
    if isinstance(value, dict):
        missing = missing_in(value)
        if missing is not None:
            return missing
    return tuple(_process(of_kind(v, dict, "a process")) for v in of_kind(value, list, "processes"))


def _process(of: dict[str, Any]) -> Process:
    argv = part(of, "argv", list, [])
    return Process(
        pid=part(of, "pid", int, 0),
        name=visible(part(of, "name", str, "")),
        exe=visible(part(of, "exe", str, "")),
        argv=tuple(visible(of_kind(word, str, "argv")) for word in argv),
        started=time_in(of, "started"),
        uid=part(of, "uid", int, 0),
    )


def command_of(value: Any) -> tuple[tuple[str, ...], Output | Missing]:
    of = of_kind(value, dict, "a command")
    argv = tuple(of_kind(word, str, "argv") for word in part(of, "argv", list, []))
    missing = missing_in(of)
    if missing is not None:
        return argv, missing
    out, err = (bytes_of(of.get(stream, ""), stream) for stream in ("stdout", "stderr"))
    return argv, Output(part(of, "code", int, 0), out, err)


def socket_of(path: str, value: Any) -> Socket:
    of = of_kind(value, dict, path)
    try:
        state = SocketState(part(of, "state", str, ""))
    except ValueError as error:
        raise Wrong(f"state of socket {visible(path)[:200]} is none") from error
    return Socket(part(of, "real", str, path), state, visible(part(of, "reason", str, "")))


def _error(of: dict[str, Any]) -> RpcError | None:
    error = of.get("error")
    if error is None:
        return None
    code = part(of_kind(error, dict, "error"), "code", str, "UNKNOWN")
    return RpcError(visible(code), visible(part(error, "details", str, "")))


def call_of(value: Any) -> tuple[tuple[str, ...], Answer]:
    of = of_kind(value, dict, "a call")
    names = ("socket", "method", "namespace", "request")
    socket, method, namespace, request = (part(of, name, str, "") for name in names)
    key = key_of_call(socket, method, namespace, request)
    error = _error(of)
    if error is not None:
        return key, error
    answers = part(of, "answers", list, [])
    return key, tuple(bytes_of({"base64": a}, "an answer") for a in answers)


def http_of(value: Any) -> tuple[tuple[str, str], bytes | RpcError]:
    of = of_kind(value, dict, "an http answer")
    key = (part(of, "socket", str, ""), part(of, "path", str, ""))
    return key, _error(of) or bytes_of(of.get("body", ""), "body")


def environments_of(values: list[Any]) -> dict[int, dict[str, str] | Missing]:
    """By pid: what several questions brought of one process is put together."""
    environments: dict[int, dict[str, str] | Missing] = {}
    for value in values:
        pid, known = _environment(value)
        before = environments.get(pid)
        if isinstance(before, dict) and isinstance(known, dict):
            known = {**before, **known}
        environments[pid] = known
    return environments


def _environment(value: Any) -> tuple[int, dict[str, str] | Missing]:
    of = of_kind(value, dict, "an environment")
    pid = part(of, "pid", int, 0)
    missing = missing_in(of)
    if missing is not None:
        return pid, missing
    values = part(of, "values", dict, {})
    return pid, {k: visible(of_kind(v, str, k)) for k, v in values.items()}
