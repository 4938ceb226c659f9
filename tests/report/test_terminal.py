"""What a terminal is shown: whole words at any width, wide letters in their columns, tables."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from tests.laws.nodes import CHECKS, FIXES, NAMES, node
from unshim.model.plan import Disturbs
from unshim.model.session import Run
from unshim.report import facts, journal
from unshim.report.as_text import listed
from unshim.report.table import Table, Told
from unshim.report.terminal import painted
from unshim.tell.cells import cells, pad
from unshim.tell.lines import Breaks, Ink, line

SEQUENCE = re.compile(r"\x1b\[[\d;]*m")
RUNS = (
    Run("000002-x", 0.0, "ann", ("a", "b"), ("/etc/x",), "verified", Disturbs.NOTHING),
    Run("000001-x", 0.0, "王小明", ("c",), (), "undone", Disturbs.NOTHING),
)


def shown(told: Told, columns: int, colours: bool = False) -> list[str]:
    return list(painted([told], columns, colours))


@pytest.mark.parametrize("columns", [40, 132])
@pytest.mark.parametrize("name", NAMES[::20])
def test_no_row_of_a_table_is_wider_than_the_terminal(name: str, columns: int) -> None:
    for told in (*facts.as_text(node(name)), listed(CHECKS, FIXES), *journal.as_text(RUNS, "/x")):
        if isinstance(told, Table):
            assert [row for row in shown(told, columns) if cell_len(row) > columns] == []


def test_a_table_has_every_word_of_its_plain_rows() -> None:
    (table,) = journal.as_text(RUNS, "/x")
    assert isinstance(table, Table)
    text = "\n".join(shown(table, 200))
    for word in ("000002-x", "ann", "王小明", "verified", "undone", "/etc/x", "a", "b", "c"):
        assert word in text and word in table.text
    letters = "".join(shown(listed(CHECKS, FIXES), 60))
    for check in CHECKS:
        assert all(word in letters for word in check.title.split())


def test_an_id_stays_whole_to_be_copied() -> None:
    rows = shown(listed(CHECKS, FIXES), 80)
    assert {row.split()[0] for row in rows if row[:1].strip()} >= {check.id for check in CHECKS}


def test_wide_letters_stand_in_their_columns() -> None:
    (table,) = journal.as_text(RUNS, "/x")
    rows = shown(table, 120)
    ends = {
        cell_len(row[: row.index(word)])
        for row in rows
        for word in ("verified", "undone")
        if word in row
    }
    assert len(ends) == 1


@pytest.mark.parametrize("columns", [20, 33, 80])
def test_a_line_is_broken_at_words_by_what_letters_take(columns: int) -> None:
    told = line("名前 ", ("日本語の文章 と ", Ink.STRONG), "English words " * 8, indent=2)
    rows = shown(told, columns)
    assert max(map(cell_len, rows)) <= columns
    assert " ".join(" ".join(rows).split()) == " ".join(told.text.split())


def test_code_stays_in_one_row_to_be_copied() -> None:
    told = line("x" * 200, breaks=Breaks.NEVER)
    assert shown(told, 40) == ["x" * 200]


def test_words_of_one_ink_are_painted_at_once() -> None:
    told = line(("two words", Ink.ERROR), " plain ", ("more", Ink.PASS))
    assert shown(told, 80, colours=True) == ["\x1b[31mtwo words\x1b[0m plain \x1b[32mmore\x1b[0m"]
    assert shown(told, 80) == ["two words plain more"]


@pytest.mark.parametrize("colours", [True, False])
def test_nothing_of_a_node_acts_on_the_terminal_and_nothing_is_markup(colours: bool) -> None:
    hostile = "\x1b[2J\x1b]0;x\x07 [bold red]x[/] \u202e :smile:"
    cell = ((hostile, Ink.PLAIN),)
    table = Table(("h",), ((cell,),), ())
    for told in (line(hostile), table):
        text = SEQUENCE.sub("", "\n".join(shown(told, 200, colours)))
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
        assert "\\x1b[2J" in text and "[bold red]x[/]" in text and ":smile:" in text


def test_where_room_is_short_the_place_stands_below_its_value() -> None:
    cells_of_row = tuple(((text, Ink.PLAIN),) for text in ("name", "value", "place"))
    table = Table(("fact", "value", "from"), (cells_of_row,), (), roomy=50)
    assert shown(table, 60)[1].split() == ["name", "value", "place"]
    head, first, second = shown(table, 49)
    assert "from" not in head
    assert first.index("value") == second.index("place")


@pytest.mark.parametrize("text", ["", "abc", "日本", "e\u0301", "✓ ▲ ──▶", "ｶﾅ", "한국어"])
def test_columns_are_counted_as_rich_counts_them(text: str) -> None:
    assert cells(text) == cell_len(text)
    assert cell_len(pad(text, 12)) == 12
