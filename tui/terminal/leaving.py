"""The last look at every line before it leaves for the terminal.

Node text is made visible where it enters; this holds even where that was forgotten, for widgets of
Textual too. On a terminal without the glyphs it draws their ASCII twins, one cell for one cell.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from unshim.text.escape import Door

# The cells of a line are counted already: one sign for each.
_DOOR = Door(shows=lambda code: "?")

_TWINS = {
    "X": "✗",
    "+": "✓┌┐└┘├┤┬┴┼╭╮╰╯▌",
    "-": "–—─━·╸╺",
    "|": "│┃╹╻▍▎▏",
    ">": "▶▸→»≥",
    "<": "◀◂←«≤",
    "v": "▾▼",
    "^": "▲▴",
    "*": "•▅",
    "~": "…±",
    "#": "█▉▊▋▇▆",
    "=": "▄",
    "_": "▁▔",
    ".": "▂",
    ":": "▃",
    "O": "⭘",
    "x": "×",
    '"': "“”",
    "'": "‘’",
    "? ": "🔎",
}
_ASCII = str.maketrans({glyph: twin for twin, glyphs in _TWINS.items() for glyph in glyphs})


def ascii_twin(text: str) -> str:
    """The text with each known glyph as its ASCII twin, cell for cell."""
    return text.translate(_ASCII)


class Leaving(LineFilter):
    """Draws control characters as `?`; knows terminals without colours or glyphs."""

    def __init__(self, *, ascii_only: bool = False, colourless: bool = False) -> None:
        super().__init__()
        self._ascii_only = ascii_only
        self._colourless = colourless

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(self._text(text), self._style(style), control)
            for text, style, control in segments
        ]

    def _text(self, text: str) -> str:
        text = _DOOR.let_out(text)
        return ascii_twin(text) if self._ascii_only and not text.isascii() else text

    def _style(self, style: Style | None) -> Style | None:
        if style is None or not self._colourless or not (style.color or style.bgcolor):
            return style
        return style.without_color
