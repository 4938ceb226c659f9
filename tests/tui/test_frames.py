"""From the lines that stand on a terminal to others: what a terminal makes of what is sent."""

from __future__ import annotations

import random
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.frames import Frames, cells_of

WIDTH, HEIGHT = 24, 6
STYLES = (None, Style(bold=True), Style(color="#ff0000"), Style(bgcolor="#00ff00", reverse=True))
WORDS = ("", "a", "pod", "  ", "containerd ", "日本", "é", "e\u0301", "▸", "·")


def _codes(style: Style) -> str:
    return Strip.render_ansi(style, ColorSystem.TRUECOLOR)


class Terminal:
    """A terminal, and what was sent to it."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.frames = Frames(_codes)

    def show(self, lines: list[list[Segment]]) -> str:
        out = self.frames.to(lines)
        self.stream.feed(out)
        return out

    def cells(self) -> list[list[object]]:
        """What is to be seen: a blank's own colour is not, unless it is reversed."""
        rows = (self.screen.buffer[y] for y in range(HEIGHT))
        return [[_visible(row[x]) for x in range(WIDTH)] for row in rows]


def _visible(cell: Any) -> tuple[object, ...]:
    ink = (cell.fg, cell.bold) if cell.data != " " or cell.reverse else ()
    return (cell.data, cell.bg, cell.reverse, *ink)


def _line(*parts: tuple[str, Style | None]) -> list[Segment]:
    segments = [Segment(text, style) for text, style in parts]
    return list(Strip(segments).adjust_cell_length(WIDTH))


def _page(rng: random.Random) -> list[list[Segment]]:
    return [
        _line(*[(rng.choice(WORDS), rng.choice(STYLES)) for _ in range(rng.randrange(6))])
        for _ in range(HEIGHT)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_page_after_page_looks_as_if_painted_whole(seed: int) -> None:
    rng = random.Random(seed)
    over = Terminal()
    page = _page(rng)
    for _ in range(8):
        for y in range(HEIGHT):
            if rng.random() < 0.5:
                page[y] = _page(rng)[y]
        over.show(page)
        whole = Terminal()
        whole.show(page)
        assert over.cells() == whole.cells()


def test_what_stands_there_is_not_sent_again() -> None:
    terminal = Terminal()
    page = [_line(("kubelet", None))] * HEIGHT
    assert terminal.show(page)
    assert terminal.show(page) == ""
    page[2] = _line(("kube", None), ("let", None))
    assert terminal.show(page) == ""
    terminal.frames.forget()
    assert terminal.show(page).count("kubelet") == HEIGHT


def test_only_the_cells_that_differ_are_sent() -> None:
    terminal = Terminal()
    page = [_line(("CPU  4.1 %   pids 12", None))] * HEIGHT
    terminal.show(page)
    page[3] = _line(("CPU  4.2 %   pids 13", None))
    assert terminal.show(page) == "\x1b[4;8H2\x1b[4;20H3"


def test_a_line_with_wide_letters_is_sent_to_its_end() -> None:
    """A terminal may have drawn them in other cells than was thought."""
    terminal = Terminal()
    page = [_line(("日本 4.1 %", None))] * HEIGHT
    terminal.show(page)
    page[0] = _line(("日本 4.2 %", None))
    assert terminal.show(page).rstrip() == "\x1b[1;8H2 %"


def test_a_style_is_named_where_it_changes_and_ended() -> None:
    red, bold = Style(color="#ff0000"), Style(bold=True)
    terminal = Terminal()
    out = terminal.show([_line(("a", red), (" ", bold), ("b", red), ("c", bold))])
    assert out.startswith("\x1b[1;1H\x1b[38;2;255;0;0ma b\x1b[0;1mc")
    assert out.rstrip().endswith("\x1b[m")


def test_a_blank_that_would_be_seen_keeps_its_style() -> None:
    terminal = Terminal()
    terminal.show([_line((" ", Style(reverse=True)), (" ", Style(bgcolor="#00ff00")))] * HEIGHT)
    first, second, third = (terminal.screen.buffer[0][x] for x in range(3))
    assert (first.reverse, second.reverse, third.reverse) == (True, False, False)
    assert (second.bg, third.bg) == ("00ff00", "default")


def test_a_mark_that_takes_no_cell_stays_with_its_letter() -> None:
    cells = cells_of([Segment("e\u0301日x")])
    assert [text for text, _ in cells] == ["e\u0301", "日", "", "x"]
