"""Parts of a record's index, each checked to be of the kind that it must be."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from unshim.model.values import Missing, Why
from unshim.text.escape import visible

T = TypeVar("T")


class Wrong(Exception):
    pass


def of_kind(value: Any, kind: type[T], what: str) -> T:
    """`value`, which must be of this kind; a bool is not a number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise Wrong(f"{visible(what)[:200]} is not a {_WORDS[kind.__name__]}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise Wrong(f"{visible(what)[:200]} is a number beyond all bounds")
    return value


LARGEST = 1 << 63
"""No size, number or moment of a machine is beyond it; neither JSON nor floats end there."""

_WORDS = {
    "dict": "mapping",
    "list": "list",
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
}


def part(of: dict[str, Any], key: str, kind: type[T], default: T) -> T:
    value = of.get(key)
    return default if value is None else of_kind(value, kind, key)


def time_in(of: dict[str, Any], key: str) -> float:
    value = of.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Wrong(f"{key} is not a number")
    if not abs(value) <= LARGEST:  # nor is what is no number
        raise Wrong(f"{key} is a number beyond all bounds")
    return float(value)


def missing_in(of: dict[str, Any]) -> Missing | None:
    if "missing" not in of:
        return None
    try:
        why = Why(part(of, "why", str, Why.UNREADABLE.value))
    except ValueError as error:
        raise Wrong("why is none of unshim's") from error
    return Missing(visible(of_kind(of["missing"], str, "missing")), why)


def bytes_of(value: Any, what: str) -> bytes:
    """Text, or {"base64": …} for what is not text."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    encoded = part(of_kind(value, dict, what), "base64", str, "")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{visible(what)[:200]} is not base64") from error
