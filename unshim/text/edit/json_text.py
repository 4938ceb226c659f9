"""Set strings in a JSON object, such as Docker's daemon.json, keeping its own layout."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from unshim.text.edit.lines import EditError, decoded
from unshim.text.patterns import lazy

_SPACE = lazy(r"[ \t\r\n]*")


def set_strings(data: bytes, group: str, values: Mapping[str, str], path: str) -> bytes:
    """`data` with the object `group` of its top level holding these strings.

    Members that stand keep their place and layout; new ones follow the last. An empty file counts
    as `{}`. The result is parsed again and must differ in these members alone.

    Raises:
        EditError: the file is not a JSON object, or `group` is something else than an object.
    """
    text = decoded(data, path)
    if not text.strip():
        text = "{}\n"
    before = _parse(text, path)
    inner = before.get(group, {})
    if not isinstance(inner, dict):
        raise EditError(f"{group} in {path} is not an object")
    want = {**before, group: {**inner, **values}}
    if group not in before:
        text = _insert(text, (), group, {})
    for key, value in values.items():
        text = (_replace if key in inner else _insert)(text, (group,), key, value)
    if _parse(text, path) != want:
        raise EditError(f"{path} has a form that is not edited safely")
    return text.encode()


def _parse(text: str, path: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise EditError(f"{path} is not JSON") from None
    if not isinstance(value, dict):
        raise EditError(f"{path} holds no object")
    return value


def _members(text: str, start: int) -> tuple[dict[str, tuple[int, int, int]], int]:
    """Of the object that opens at `start`: key -> (its start, its value's start and end), and where
    the object closes."""
    decoder = json.JSONDecoder()
    places: dict[str, tuple[int, int, int]] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        key_start = at
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        _, end = decoder.raw_decode(text, at)
        places[key] = (key_start, at, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return places, at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _open(text: str, where: tuple[str, ...]) -> int:
    at = _skip(text, 0)
    for key in where:
        at = _members(text, at)[0][key][1]
    return at


def _replace(text: str, where: tuple[str, ...], key: str, value: object) -> str:
    _, start, end = _members(text, _open(text, where))[0][key]
    return text[:start] + json.dumps(value) + text[end:]


def _insert(text: str, where: tuple[str, ...], key: str, value: object) -> str:
    opened = _open(text, where)
    members, close = _members(text, opened)
    unit = _indent(text)
    new = f"{json.dumps(key)}: {json.dumps(value)}"
    if members:
        _, _, end = max(members.values())
        lead = text[opened + 1 : min(m[0] for m in members.values())]
        gap = lead if "\n" in lead or len(members) == 1 else " "
        return f"{text[:end]},{gap or ' '}{new}{text[end:]}"
    depth = len(where) + 1
    line = "\r\n" if "\r\n" in text else "\n"
    return f"{text[: opened + 1]}{line}{unit * depth}{new}{line}{unit * (depth - 1)}{text[close:]}"


def _indent(text: str) -> str:
    match = re.search(r"\n([ \t]+)\"", text)
    return match[1] if match else "  "
