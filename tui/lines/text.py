"""Lines of text for the screens. The one place that turns a value into what Textual draws.

A value is never read as markup: a Line is parts of text with an ink each, made visible on the way
in, and plain() and content() are the only functions that build a Content.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.content import Content

from unshim.model.values import StrEnum
from unshim.tell import lines as telling
from unshim.tell.lines import Breaks, Ink, Part
from unshim.text.escape import visible

STYLES: dict[Ink, str] = {
    Ink.PLAIN: "",
    Ink.DIM: "dim",
    Ink.STRONG: "bold",
    Ink.ERROR: "bold $text-error",
    Ink.WARNING: "$text-warning",
    Ink.NOTE: "$text-primary",
    Ink.PASS: "$text-success",
    Ink.REMOVED: "$text-error",
    Ink.ACCENT: "bold $text-accent",
    Ink.REVERSE: "reverse",
}
"""What each ink is drawn with: theme variables, so that a theme may change."""


GOES_ON = "  … "
"""Stands before what goes on of a line of code that was broken."""


class Line:
    """One line of a screen: parts of visible text, each with its ink. Immutable."""

    __slots__ = ("parts",)

    def __init__(self, *parts: str | Part) -> None:
        self.parts: tuple[Part, ...] = tuple(
            (visible(part), Ink.PLAIN) if isinstance(part, str) else (visible(part[0]), part[1])
            for part in parts
        )

    def __add__(self, other: Line) -> Line:
        return _of((*self.parts, *other.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and other.parts == self.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __repr__(self) -> str:
        return f"Line({self.plain!r})"

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.parts)

    @property
    def width(self) -> int:
        """Cells it takes: wide letters count two."""
        return sum(cell_len(text) for text, _ in self.parts)

    def fit(self, width: int) -> Line:
        """Exactly `width` cells: padded with spaces, or cut with an ellipsis."""
        have = self.width
        if have <= width:
            return _of((*self.parts, (" " * (width - have), Ink.PLAIN)))
        return self.cut(width)

    def cut(self, width: int) -> Line:
        """At most `width` cells, an ellipsis where something was cut off."""
        if self.width <= width:
            return self
        parts: list[Part] = []
        left = max(0, width - 1)
        ink = Ink.PLAIN
        for text, ink in self.parts:
            have = cell_len(text)
            if have > left:
                parts.append((set_cell_size(text, left), ink))
                break
            parts.append((text, ink))
            left -= have
        return _of((*parts, ("…" if width else "", ink)))


def _of(parts: tuple[Part, ...]) -> Line:
    """A line of parts that are visible already."""
    line = Line.__new__(Line)
    line.parts = parts
    return line


class Cut(StrEnum):
    """Which part of a text goes where it has no room."""

    RIGHT = "right"
    MIDDLE = "middle"
    LEFT = "left"


def fit(text: str, width: int, *, right: bool = False, cut: Cut = Cut.RIGHT) -> str:
    """Text in exactly `width` cells; numbers stand to the right."""
    shown = visible(text)
    kept = shown if cell_len(shown) <= width else _cut(shown, width, cut)
    gap = " " * (width - cell_len(kept))
    return gap + kept if right else kept + gap


def _cut(text: str, width: int, cut: Cut) -> str:
    """At most `width` cells of a longer text, an ellipsis in the place of what went."""
    room = width - 1
    if room < 0:
        return ""
    end = {Cut.RIGHT: 0, Cut.MIDDLE: room // 2, Cut.LEFT: room}[cut]
    first = set_cell_size(text, room - end).rstrip() if room > end else ""
    return f"{first}…{_end(text, end)}"


def _end(text: str, width: int) -> str:
    """As much of the end of a text as has room."""
    at = len(text)
    while at and cell_len(text[at - 1 :]) <= width:
        at -= 1
    return text[at:]


def painted(lines: Iterable[telling.Line], width: int) -> list[Line]:
    """What is told, as lines of at most `width` cells."""
    return [row for line in lines for row in _rows(line, width)]


def _rows(line: telling.Line, width: int) -> Iterable[Line]:
    if line.breaks is Breaks.AT_SPACES:
        for row in telling.rows(line, width, cell_len, folds=True):
            yield Line(" " * row.indent, *row.parts)
    elif line.breaks is Breaks.ANYWHERE:
        ink = line.parts[0][1] if line.parts else Ink.PLAIN
        code = "".join(text for text, _ in line.parts)
        yield from folded(code, width, ink, " " * line.indent)
    else:
        yield Line(" " * line.indent, *line.parts).cut(width)


def wrapped(text: str, width: int, ink: Ink = Ink.PLAIN, indent: int = 0) -> list[Line]:
    """A paragraph as lines of at most `width` cells, broken at spaces; long words are folded."""
    return painted([telling.Line(((text, ink),), indent, indent)] if text else (), width)


def folded(text: str, width: int, ink: Ink = Ink.PLAIN, indent: str = "") -> list[Line]:
    """One line of code as lines of at most `width` cells, broken anywhere, nothing lost. What goes
    on stands behind a mark, where nobody takes it for a line of its own, or of a diff."""
    room = max(8, width - cell_len(indent))
    first, *others = _chopped(visible(text.expandtabs(4)), room)
    going_on = _chopped("".join(others), room - len(GOES_ON)) if others else []
    return [
        _of(((indent, Ink.PLAIN), (first, ink))),
        *(_of(((indent + GOES_ON, Ink.DIM), (part, ink))) for part in going_on),
    ]


def _chopped(text: str, room: int) -> list[str]:
    """Pieces of at most so many cells; what takes none is a piece too. Textual's own fold loses
    letters where marks take no cell."""
    return chop_cells(text, room) or [text]


def plain(text: str) -> Content:
    """One line of text as Textual draws it, control characters made visible."""
    return Content(visible(text))


def content(lines: Iterable[Line] | Line) -> Content:
    """Lines as Textual draws them."""
    rows: Sequence[Line] = (lines,) if isinstance(lines, Line) else tuple(lines)
    return Content("\n").join(
        Content.assemble(*[(text, STYLES[ink]) for text, ink in row.parts]) for row in rows
    )
