"""What a kubelet's setting may hold, read from a flag or from its file as the kubelet itself does.

Values come out as its own /configz shows them: durations in Go's words (`2m0s`), quantities as they
were written, a setting that holds nothing as the zero of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from unshim.model.values import StrEnum
from unshim.releases.durations import go_duration


class Kind(StrEnum):
    """How a setting is written; the words follow "which is no"."""

    TEXT = "text"
    NUMBER = "whole number"
    BOOLEAN = "true or false"
    DURATION = "duration"
    WORDS = "list of words"
    PAIRS = "list of key=value"
    THRESHOLDS = "list of signal<quantity"
    GATES = "list of gate=true or gate=false"


# The zero of each kind: what a setting holds that nothing sets and that has no default.
ZERO: dict[Kind, object] = {
    Kind.TEXT: "",
    Kind.NUMBER: 0,
    Kind.BOOLEAN: False,
    Kind.DURATION: "0s",
    Kind.WORDS: [],
    Kind.PAIRS: {},
    Kind.THRESHOLDS: {},
    Kind.GATES: {},
}
_MAPPINGS = (Kind.PAIRS, Kind.THRESHOLDS, Kind.GATES)
_TRUE = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE = frozenset(("0", "f", "F", "false", "FALSE", "False"))


def of_flags(kind: Kind, written: Sequence[str]) -> object:
    """The value that these flags give, in their order. The last of them wins; those that hold a
    list or a mapping add up.

    Raises:
        ValueError: the kubelet would refuse one of them.
    """
    if kind is Kind.WORDS:
        return [word for text in written for word in _split_at_commas(text)]
    if kind in _MAPPINGS:
        return {key: value for text in written for key, value in _pairs(kind, text)}
    return [_scalar(kind, text) for text in written][-1]


def of_file(kind: Kind, value: object) -> object:
    """The value as it stands in a KubeletConfiguration.

    Raises:
        ValueError: the kubelet would refuse it.
    """
    if kind is Kind.BOOLEAN and isinstance(value, bool):
        return value
    if kind is Kind.NUMBER and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is Kind.NUMBER and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is Kind.TEXT and isinstance(value, str):
        return value
    if kind is Kind.DURATION and isinstance(value, str):
        return go_duration(value)
    if kind is Kind.WORDS and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return value
    held = bool if kind is Kind.GATES else str
    pairs = value.values() if kind in _MAPPINGS and isinstance(value, dict) else [None]
    if all(isinstance(item, held) for item in pairs):
        return value
    raise ValueError(f"no {kind}")


def _scalar(kind: Kind, text: str) -> object:
    if kind is Kind.TEXT:
        return text
    if kind is Kind.DURATION:
        return go_duration(text)
    return boolean(text) if kind is Kind.BOOLEAN else _whole(text)


def boolean(text: str) -> bool:
    """As Go's strconv.ParseBool.

    Raises:
        ValueError: it is neither.
    """
    if text not in _TRUE and text not in _FALSE:
        raise ValueError("no boolean")
    return text in _TRUE


def _whole(text: str) -> int:
    """As Go's strconv.ParseInt with base 0: `0x10`, `0b1` and `010`, which is eight."""
    if text != text.strip() or not text.isascii():
        raise ValueError("no number")
    unsigned = text.lstrip("+-")
    octal = unsigned.startswith("0") and unsigned.replace("_", "").isdigit()
    return int(text, 8 if octal else 0)


def _split_at_commas(text: str) -> list[str]:
    """One line of CSV, as pflag's StringSlice takes it."""
    if not text:
        return []
    if '"' not in text:
        return text.split(",")
    import csv

    return next(csv.reader([text], strict=True))


def _pairs(kind: Kind, text: str) -> list[tuple[str, object]]:
    """Keys and values, without the blanks around them. Empty parts are left out.

    Source: kubernetes component-base, cli/flag/map_string_string.go and its two siblings.
    """
    sign = "<" if kind is Kind.THRESHOLDS else "="
    pairs: list[tuple[str, object]] = []
    for part in text.split(","):
        if not part:
            continue
        key, between, value = part.partition(sign)
        if not between:
            raise ValueError("no pair")
        held: object = boolean(value.strip()) if kind is Kind.GATES else value.strip()
        pairs.append((key.strip(), held))
    return pairs
