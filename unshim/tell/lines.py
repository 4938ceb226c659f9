"""A line that is told: parts, each with an ink. A painter breaks it into rows and colours them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from unshim.model.nouns import NamedTuple
from unshim.model.values import StrEnum
from unshim.tell.cells import cells


class Ink(StrEnum):
    """What a part means for the eye. The set is closed: each painter has a colour for each."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    PASS = "pass"
    REMOVED = "removed"
    ACCENT = "accent"
    REVERSE = "reverse"


class Breaks(StrEnum):
    """Where a line may be broken into rows."""

    AT_SPACES = "at-spaces"
    ANYWHERE = "anywhere"
    """Code: where a painter must break it, no letter may be lost; else it stays whole."""
    NEVER = "never"
    """A row of a table: it is cut where there is no room."""


Part = tuple[str, Ink]


class Line(NamedTuple):
    """`indent` columns stand before its first row, `hang` before each row that follows."""

    parts: tuple[Part, ...] = ()
    indent: int = 0
    hang: int = 0
    breaks: Breaks = Breaks.AT_SPACES

    @property
    def text(self) -> str:
        """The whole line, as it is where there is room enough and no colour."""
        return " " * self.indent + "".join(text for text, _ in self.parts)


BLANK = Line()


def line(*parts: str | Part, indent: int = 0, breaks: Breaks = Breaks.AT_SPACES) -> Line:
    """A line of these parts; the rows of an indented one hang by two columns."""
    inked = tuple((part, Ink.PLAIN) if isinstance(part, str) else part for part in parts)
    return Line(inked, indent, indent + 2 if indent else 0, breaks)


def rows(
    whole: Line, width: int, cells: Callable[[str], int] = cells, folds: bool = False
) -> Iterator[Line]:
    """A line broken at spaces into rows of at most `width` columns.

    `cells` counts the columns of a text. A word that is longer than a row stands alone in one; with
    `folds` it is broken as well.
    """
    row: list[Part] = []
    indent, used = whole.indent, whole.indent
    for gap, word in _words(whole.parts):
        size = sum(cells(text) for text, _ in word)
        if row and used + len(gap) + size > width:
            yield Line(_join(row), indent)
            row, indent, used = [], whole.hang, whole.hang
        elif gap:
            row.append((gap, Ink.PLAIN))
            used += len(gap)
        while folds and used + size > width:
            first, word = _split(word, max(1, width - used), cells)
            yield Line(_join([*row, *first]), indent)
            row, indent, used = [], whole.hang, whole.hang
            size = sum(cells(text) for text, _ in word)
        row += word
        used += size
    yield Line(_join(row), indent)


def _words(parts: Sequence[Part]) -> Iterator[tuple[str, list[Part]]]:
    """Each word in its parts, and the spaces before it."""
    gap, word = "", list[Part]()
    for text, ink in parts:
        for number, piece in enumerate(text.split(" ")):
            if number:
                if word:
                    yield gap, word
                    gap, word = "", []
                gap += " "
            if piece:
                word.append((piece, ink))
    if word:
        yield gap, word


def _split(
    word: Sequence[Part], room: int, cells: Callable[[str], int]
) -> tuple[list[Part], list[Part]]:
    """The part of a word that fits into the room, one letter at least, and its rest."""
    first: list[Part] = []
    for number, (text, ink) in enumerate(word):
        for at, letter in enumerate(text):
            room -= cells(letter)
            if room < 0 and (first or at):
                return [*first, (text[:at], ink)], [(text[at:], ink), *word[number + 1 :]]
        first.append((text, ink))
    return first, []


def _join(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same with neighbours of one ink in one part."""
    joined: list[Part] = []
    for text, ink in parts:
        if joined and joined[-1][1] is ink:
            joined[-1] = (joined[-1][0] + text, ink)
        else:
            joined.append((text, ink))
    return tuple(joined)
