"""Asking and decoding: one call through a host's door to a typed message, or a reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from unshim.host.host import Host, RpcError
from unshim.model.values import Missing, Why
from unshim.text.escape import decode, visible

if TYPE_CHECKING:
    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")

_WHY = {
    "DEADLINE_EXCEEDED": Why.TIMEOUT,
    "PERMISSION_DENIED": Why.NOT_PERMITTED,
    "NOT_RECORDED": Why.NOT_RECORDED,
    "UNIMPLEMENTED": Why.NOT_OFFERED,
    "UNAVAILABLE": Why.NOT_RUNNING,
}


_TEXT = bytes(range(32, 127))
_MARKS_LIMIT = 3_000_000
"""Bytes of answers that are no letters: tags and lengths. Two of them may be an object of sixty."""


def _refuse_bomb(parts: Sequence[bytes], method: str) -> None:
    if sum(map(len, parts)) > _MARKS_LIMIT:
        marks = sum(len(part.translate(None, _TEXT)) for part in parts)
        if marks > _MARKS_LIMIT:
            details = f"the answer to {method} holds more values than any daemon's"
            raise RpcError("RESOURCE_EXHAUSTED", details)


def decode_as(answer: type[M], data: bytes, method: str) -> M:
    """A message of that type.

    Raises:
        RpcError: INTERNAL, the bytes are no such message (cut short, or of another protocol);
            RESOURCE_EXHAUSTED, they were made to fill the memory.
    """
    from google.protobuf.message import DecodeError

    _refuse_bomb((data,), method)
    message = answer()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise RpcError("INTERNAL", f"the answer to {method} cannot be decoded") from None
    return message


def ask(
    host: Host,
    socket: str,
    method: str,
    request: Message,
    answer: type[M],
    namespace: str = "",
    timeout: float = 2.0,
) -> M:
    """One unary call.

    Raises:
        RpcError: no answer, or one that cannot be decoded.
    """
    parts = host.call(socket, method, wire(request), namespace, timeout)
    if len(parts) != 1:
        raise RpcError("INTERNAL", f"{len(parts)} answers to {method}")
    return decode_as(answer, parts[0], method)


def ask_stream(
    host: Host,
    socket: str,
    method: str,
    request: Message,
    answer: type[M],
    namespace: str = "",
    timeout: float = 2.0,
) -> tuple[M, ...]:
    """One streaming call, read to its end. `method` has no trailing `*`.

    Raises:
        RpcError: no answer, or one that cannot be decoded.
    """
    parts = host.call(socket, f"{method}*", wire(request), namespace, timeout)
    _refuse_bomb(parts, method)
    return tuple(decode_as(answer, part, method) for part in parts)


def wire(request: Message) -> bytes:
    """The same bytes for the same request every time: recorded answers are found by them."""
    return request.SerializeToString(deterministic=True)


def missing(error: RpcError, asked: str) -> Missing:
    """Why a fact is not known, from the call that was to tell it. `asked` names it in words."""
    if error.code == "NOT_RECORDED":
        return Missing("not recorded", Why.NOT_RECORDED)
    if error.code == "DEADLINE_EXCEEDED":
        return Missing(f"{asked}: no answer in time", Why.TIMEOUT)
    details = error.details or error.code
    return Missing(f"{asked}: {details}", _WHY.get(error.code, Why.UNREADABLE))


def visible_text(data: bytes) -> str:
    """Text from a daemon, made visible: what a label or a message may hold is not trusted."""
    return visible(decode(data))
