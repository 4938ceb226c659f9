"""What stands on the terminal, so that only what differs from it is sent.

A colour is named once, where it changes, and cells that stay are left alone: on a serial console a
frame that repeats itself is seconds of waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

Cell = tuple[str, Style]
"""What stands in one cell, and how. A wide letter has an empty cell behind it."""

GAP = 8
"""Equal cells between two that differ which are sent again: skipping them takes as many bytes."""

_PLAIN = Style()


class Frames:
    """The lines that were sent last, and how to get from them to others.

    `codes` gives the numbers that set a style, "" for the terminal's own.
    """

    def __init__(self, codes: Callable[[Style], str]) -> None:
        self._codes = codes
        self._sent: list[list[Segment]] = []

    def forget(self) -> None:
        """Nobody knows any more what stands on the terminal: the next frame is sent whole."""
        self._sent = []

    def to(self, lines: Sequence[Iterable[Segment]]) -> str:
        """What to write so that these lines stand there; "" where they do already."""
        fresh = [list(line) for line in lines]
        known = self._sent if len(self._sent) == len(fresh) else None
        out: list[str] = []
        for y, line in enumerate(fresh):
            before = known[y] if known else None
            if line == before:
                continue
            new = cells_of(line)
            for start, end in _spans(cells_of(before) if before is not None else None, new):
                out.append(f"\x1b[{y + 1};{start + 1}H")
                out.append(self._run(new[start:end]))
        self._sent = fresh
        return "".join(out)

    def _run(self, cells: Sequence[Cell]) -> str:
        """Cells side by side; the terminal's own style stands again behind them."""
        out: list[str] = []
        style, now = _PLAIN, ""
        for text, wanted in cells:
            if wanted is not style and not (text == " " and _same_paper(style, wanted)):
                style, codes = wanted, self._codes(wanted)
                if codes != now:
                    out.append(f"\x1b[{'0;' if now and codes else ''}{codes}m")
                    now = codes
            out.append(text)
        if now:
            out.append("\x1b[m")
        return "".join(out)


def _same_paper(one: Style, other: Style) -> bool:
    """Whether a blank looks the same in both."""
    return one.bgcolor == other.bgcolor and not (_marks_blanks(one) or _marks_blanks(other))


def _marks_blanks(style: Style) -> bool:
    return bool(style.reverse or style.underline or style.underline2 or style.strike)


def cells_of(line: Sequence[Segment]) -> list[Cell]:
    """A line as one text a cell; what takes no cell stands with the letter before it."""
    cells: list[Cell] = []
    for text, style, control in line:
        if control:
            continue
        ink = style or _PLAIN
        if text.isascii():
            cells.extend((letter, ink) for letter in text)
            continue
        for letter in text:
            width = cell_len(letter)
            if width == 0 and cells:
                at = -1 if cells[-1][0] else -2
                cells[at] = (cells[at][0] + letter, cells[at][1])
            elif width:
                cells.append((letter, ink))
                cells.extend([("", ink)] * (width - 1))
    return cells


def _spans(old: Sequence[Cell] | None, new: Sequence[Cell]) -> list[tuple[int, int]]:
    """From where to where the new line is to be sent.

    Terminals disagree on how wide some letters are: a line with wide or joined ones is sent to its
    end, as nobody knows where its cells really stand.
    """
    if old is None or len(old) != len(new):
        return [(0, len(new))] if new else []
    spans: list[tuple[int, int]] = []
    for x, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if spans and x - spans[-1][1] < GAP:
            spans[-1] = (spans[-1][0], x + 1)
        else:
            spans.append((x, x + 1))
    if spans and any(len(text) != 1 for text, _ in (*old, *new)):
        start = spans[0][0]
        while start and not (old[start][0] and new[start][0]):
            start -= 1
        return [(start, len(new))]
    return spans
