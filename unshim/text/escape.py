"""Text from a node, made safe to show: one table of what a terminal or a reader would not see.

It becomes visible once, where it enters (`visible`); every way out has a Door of its own over the
same table, so that one forgotten place reaches no terminal.
"""

from __future__ import annotations

from collections.abc import Callable

# Controls (C0, DEL, C1), soft hyphen and the like, zero-width and bidi marks, line and paragraph
# separators, invisible operators, variation selectors kept out of names, interlinear marks, the
# byte order mark, tags, and halves of surrogate pairs (they crash every encoder). Categories Cc,
# Cf, Cs, Zl and Zp of Unicode 15, spelled out so that no Python release changes what is shown.
_INVISIBLE = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C),
    (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xD800, 0xDFFF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip


def is_invisible(code: int) -> bool:
    """Whether a code point stands in the table."""
    for first, last in _INVISIBLE:
        if code <= last:
            return code >= first
    return False


def escape_of(code: int) -> str:
    """A code point as Python writes it: `\\x1b`, `\\u202e`, `\\U000e0041`."""
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Door(dict[int, "int | str"]):
    """What str.translate puts for each character, looked up in the table when it is first met.

    `keeps` are characters of the table that may pass; `shows` gives what stands for the others.
    A pattern of the same ranges would cost the start of every report its compilation.
    """

    def __init__(self, keeps: str = "", shows: Callable[[int], str] = escape_of) -> None:
        super().__init__()
        self._keeps = frozenset(map(ord, keeps))
        self._shows = shows

    def __missing__(self, code: int) -> int | str:
        passes = code in self._keeps or not is_invisible(code)
        spelling = code if passes else self._shows(code)
        if code < 0x10000:  # beyond, a hostile text could fill the memory with them
            self[code] = spelling
        return spelling

    def let_out(self, text: str) -> str:
        """The text with nothing of the table in it but what this door keeps."""
        return text if text.isascii() and text.isprintable() else text.translate(self)


_ENTRANCE = Door()
_ENTRANCE_OF_LINES = Door(keeps="\n")


def visible(text: str, *, newlines: bool = False) -> str:
    """`text` with every control, format and bidi character as a backslash escape.

    `newlines` keeps line feeds; a tab becomes `\\x09` all the same, as no cell can hold one.
    """
    return (_ENTRANCE_OF_LINES if newlines else _ENTRANCE).let_out(text)


def decode(data: bytes, *, newlines: bool = False) -> str:
    """Bytes as text to show: UTF-8, with what is not UTF-8 and what is invisible as escapes."""
    return visible(data.decode("utf-8", "backslashreplace"), newlines=newlines)
