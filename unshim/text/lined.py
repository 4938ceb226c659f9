"""Text in which every character knows the line it stood on, through joins, quotes and escapes."""

from __future__ import annotations

from collections.abc import Iterable

from unshim.model.nouns import NamedTuple


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
    characters, lines = tuple(zip(*pairs, strict=True)) or ((), ())
    return Lined("".join(characters), lines)


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
_DIGITS = "0123456789abcdef"


def commands(value: Lined) -> tuple[tuple[Lined, ...], ...] | None:
    """The words of each command of an ExecStart: a `;` between blanks ends one, `\\;` is a word.

    Source: systemd src/core/load-fragment.c (config_parse_exec).
    """
    split = _split(value, escapes=True, commands=True)
    if split is None:
        return None
    groups: list[list[Lined]] = [[]]
    for word in split:
        if word is None:
            groups.append([])
        else:
            groups[-1].append(word)
    return tuple(tuple(words) for words in groups if words)


def words(value: Lined, *, escapes: bool) -> tuple[Lined, ...] | None:
    """Split at blanks as systemd does; quotes may begin anywhere in a word and vanish.

    `escapes`: C's backslash escapes count, and an open quote at the end makes the whole invalid
    (None), as in a unit file. Without, a backslash only takes the next character as it is, and an
    open quote ends with the text, as where systemd splits the value of a `$VARIABLE`.
    Source: systemd src/basic/extract-word.c (extract_first_word).
    """
    split = _split(value, escapes=escapes, commands=False)
    return None if split is None else tuple(word for word in split if word is not None)


def _split(value: Lined, *, escapes: bool, commands: bool) -> list[Lined | None] | None:
    """The words, and None for a `;` that ends a command."""
    words: list[Lined | None] = []
    word: list[tuple[str, int]] | None = None
    quote = ""
    text, lines = value.text, value.lines
    at = 0
    while at < len(text):
        character, line = text[at], lines[at]
        if commands and word is None and (sign := _semicolon(text, at)):
            words.append(plain(";", line) if sign == r"\;" else None)
            at += len(sign)
            continue
        at += 1
        if character == "\\":
            escaped, at = _read_escape(text, at, escapes)
            word = [*(word or []), *((c, line) for c in escaped)]
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
                words.append(of_pairs(word))
            word = None
        else:
            word = word or []
            word.append((character, line))
    if quote and escapes:
        return None
    if word is not None:
        words.append(of_pairs(word))
    return words


def _semicolon(text: str, at: int) -> str:
    r"""`;` or `\;` where that stands alone, else ""."""
    for sign in (";", r"\;"):
        end = at + len(sign)
        if text.startswith(sign, at) and text[end : end + 1] in ("", " ", "\t", "\n", "\r"):
            return sign
    return ""


def _read_escape(text: str, at: int, escapes: bool) -> tuple[str, int]:
    """What stands after a backslash, and where to go on."""
    if at >= len(text):
        return "\\", at
    character = text[at]
    if not escapes:
        return character, at + 1
    if character in _SIMPLE:
        return _SIMPLE[character], at + 1
    for sign, digits, base in (("x", 2, 16), ("u", 4, 16), ("U", 8, 16), ("", 3, 8)):
        number = text[at + len(sign) : at + len(sign) + digits]
        if character == sign or (not sign and character in _DIGITS[:8]):
            code = int(number, base) if _all_digits(number, digits, base) else 0
            if _is_character(code, 255 if base == 8 else 0x10FFFF):
                return chr(code), at + len(sign) + digits
    # What escapes nothing stands as it is.
    return "\\" + character, at + 1


def _all_digits(number: str, digits: int, base: int) -> bool:
    return len(number) == digits and all(c in _DIGITS[:base] for c in number.lower())


def _is_character(code: int, last: int) -> bool:
    """systemd takes no NUL; of half a surrogate pair, which is no text, its escape is kept."""
    return 0 < code <= last and not 0xD800 <= code <= 0xDFFF
