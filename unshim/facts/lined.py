"""Text in which every character knows the line it stood on, through joins, quotes and escapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Lined(NamedTuple):
    """`text`, with the line (from 1) of each of its characters in `lines`."""

    text: str
    lines: tuple[int, ...]

    @property
    def line(self) -> int | None:
        """Where it begins; None when it is empty."""
        return self.lines[0] if self.lines else None


def of_pairs(pairs: Iterable[tuple[str, int]]) -> Lined:
    """From single characters and their lines."""
    characters, lines = [], []
    for character, line in pairs:
        characters.append(character)
        lines.append(line)
    return Lined("".join(characters), tuple(lines))


def plain(text: str, line: int) -> Lined:
    """Text that stands on one line."""
    return Lined(text, (line,) * len(text))


_SIMPLE = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "s": " ",
    "\\": "\\",
    '"': '"',
    "'": "'",
}


def words(value: Lined, *, escapes: bool) -> tuple[Lined, ...] | None:
    """Split at blanks as systemd does; quotes may begin anywhere in a word and vanish.

    `escapes`: C's backslash escapes count, and an open quote at the end makes the whole invalid
    (None), as in a unit file. Without, a backslash only takes the next character as it is, and an
    open quote ends with the text, as where systemd splits the value of a `$VARIABLE`.
    Source: systemd src/basic/extract-word.c (extract_first_word).
    """
    found: list[Lined] = []
    word: list[tuple[str, int]] | None = None
    quote = ""
    text, lines = value.text, value.lines
    at = 0
    while at < len(text):
        character, line = text[at], lines[at]
        at += 1
        if character == "\\":
            taken, at = _escaped(text, at, escapes)
            word = [*(word or []), *((c, line) for c in taken)]
        elif quote:
            if character == quote:
                quote = ""
            else:
                word = word or []
                word.append((character, line))
        elif character in "\"'":
            quote, word = character, word or []
        elif character in " \t\n\r":
            if word is not None:
                found.append(of_pairs(word))
            word = None
        else:
            word = word or []
            word.append((character, line))
    if quote and escapes:
        return None
    if word is not None:
        found.append(of_pairs(word))
    return tuple(found)


def _escaped(text: str, at: int, escapes: bool) -> tuple[str, int]:
    """What stands after a backslash, and where to go on."""
    if at >= len(text):
        return "\\", at
    character = text[at]
    if not escapes:
        return character, at + 1
    if character in _SIMPLE:
        return _SIMPLE[character], at + 1
    if character == "x":
        return _number(text, at + 1, 2, 16)
    if character in "01234567":
        return _number(text, at, 3, 8)
    return "\\" + character, at + 1


def _number(text: str, at: int, digits: int, base: int) -> tuple[str, int]:
    try:
        code = int(text[at : at + digits], base)
    except ValueError:
        return "\\", at
    return (chr(code) if code else "\\0"), at + digits
