"""A line that is told, and how it is broken into rows."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.lines.text import STYLES, painted
from unshim.report.as_text import painted as painted_as_text
from unshim.tell.cells import cells
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line, rows

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)


def _texts(told: Line, width: int, folds: bool = False) -> list[str]:
    return [row.text for row in rows(told, width, folds=folds)]


@pytest.mark.parametrize(
    ("told", "width", "texts"),
    [
        (line("one two three"), 7, ["one two", "three"]),
        (line("one two three", indent=2), 9, ["  one two", "    three"]),
        (line("a/long/path/that/stays whole"), 8, ["a/long/path/that/stays", "whole"]),
        (line("cgroup: ", ("systemd", Ink.STRONG), "   /x:9"), 15, ["cgroup: systemd", "/x:9"]),
        (line("cgroup: ", ("systemd", Ink.STRONG), "   /x:9"), 22, ["cgroup: systemd   /x:9"]),
        (line("word", ("word", Ink.DIM), " end"), 9, ["wordword", "end"]),
        (BLANK, 9, [""]),
    ],
)  # fmt: skip
def test_a_line_is_broken_at_spaces(told: Line, width: int, texts: list[str]) -> None:
    assert _texts(told, width) == texts


def test_a_long_word_is_broken_where_the_painter_folds() -> None:
    folded = [" ab", "   cde", "   fgh", "   ijk", "   l"]
    assert _texts(line("ab cdefghijk l", indent=1), 6, folds=True) == folded


def test_each_part_keeps_its_ink_through_the_break() -> None:
    told = line("a ", ("b c", Ink.ERROR), indent=2)
    assert list(rows(told, 5)) == [
        Line((("a ", Ink.PLAIN), ("b", Ink.ERROR)), 2),
        Line((("c", Ink.ERROR),), 4),
    ]


def test_columns_are_those_of_a_terminal_or_as_the_painter_counts() -> None:
    told = line("漢字 漢字")
    for counts in (cells, cell_len):
        assert [row.text for row in rows(told, 5, counts)] == ["漢字", "漢字"]
    assert _texts(told, 5) == ["漢字", "漢字"]
    assert [row.text for row in rows(told, 5, len)] == ["漢字 漢字"]


@given(st.lists(WORDS).map(" ".join), st.integers(20, 80))
def test_rows_are_those_of_textwrap(text: str, width: int) -> None:
    text = " ".join(text.split())
    wrapped = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    assert [row.text for row in rows(line(text), width, len)] == (wrapped or [""])


@given(st.lists(WORDS).map(" ".join), st.integers(20, 80), st.integers(0, 6))
def test_folding_loses_no_letter_and_keeps_the_width(text: str, width: int, indent: int) -> None:
    made = list(rows(line(text, indent=indent), width, cell_len, folds=True))
    assert all(cell_len(row.text) <= width for row in made)
    assert "".join("".join(row.text for row in made).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("breaks", "report", "screen"),
    [
        (Breaks.AT_SPACES, ["one two three four", "five"], ["one two", "three four", "five"]),
        (
            Breaks.ANYWHERE, ["one two three four five"],
            ["one two th", "  … ree fo", "  … ur fiv", "  … e"],
        ),
        (Breaks.NEVER, ["one two three four five"], ["one two t…"]),
    ],
)  # fmt: skip
def test_a_painter_breaks_a_line_where_it_may(
    breaks: Breaks, report: list[str], screen: list[str]
) -> None:
    told = line("one two three four five", breaks=breaks)
    assert [row.text for row in painted_as_text([told], 20)] == report
    assert [row.plain.rstrip() for row in painted([told], 10)] == screen


@pytest.mark.parametrize("breaks", Breaks)
def test_what_a_line_begins_with_stays(breaks: Breaks) -> None:
    """The first column of a diff says what becomes of a line: a space is one of its signs."""
    told = line(" context", breaks=breaks)
    assert [row.text for row in painted_as_text([told], 20)] == [" context"]
    assert [row.plain for row in painted([told], 20)] == [" context"]
    indented = line(" context", indent=4, breaks=breaks)
    assert [row.plain for row in painted([indented], 20)] == ["     context"]


def test_every_ink_has_its_style_on_the_screens() -> None:
    assert set(STYLES) == set(Ink)
