"""YAML values with the place where each begins, and what a plain scalar means."""

from __future__ import annotations

_BOOLEANS = {
    **dict.fromkeys(
        ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"), True
    ),
    **dict.fromkeys(
        ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"), False
    ),
}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_FLOATS = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}


class Marked:
    """A value and where it begins. `items` are a mapping's or list's own, `text` a scalar's.

    `keys` are the lines of a mapping's keys; `count` is how many values this holds, itself
    included; `depth` how many levels.
    """

    __slots__ = ("column", "count", "depth", "items", "keys", "line", "plain", "text")

    def __init__(self, line: int, column: int, text: str = "", *, plain: bool = False) -> None:
        self.line, self.column = line, column
        self.text, self.plain = text, plain
        self.items: dict[str, Marked] | list[Marked] | None = None
        self.keys: dict[str, int] = {}
        self.count = self.depth = 1

    @property
    def value(self) -> object:
        """As Python: dict, list, str, int, float, bool or None."""
        if isinstance(self.items, dict):
            return {key: item.value for key, item in self.items.items()}
        if isinstance(self.items, list):
            return [item.value for item in self.items]
        return scalar(self.text) if self.plain else self.text


def scalar(text: str) -> object:
    """What an unquoted scalar means."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text.lower() in _FLOATS:
        return float(_FLOATS[text.lower()])
    first = text.lstrip("+-")[:1]
    if not (first.isascii() and (first.isdigit() or first == ".")) or len(text) > 400:
        return text
    return _number(text.replace("_", ""), text)


def _number(bare: str, text: str) -> object:
    unsigned = bare.lstrip("+-")
    try:
        if unsigned[:2] in ("0x", "0X", "0b", "0o") and len(bare) - len(unsigned) < 2:
            return int(bare, 0)
        if len(unsigned) > 1 and unsigned[0] == "0" and unsigned.isdigit():
            return int(bare, 8)
        return int(bare)
    except ValueError:
        pass
    try:
        return float(bare)
    except ValueError:
        return text
