"""A file as lines, each with its own end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.edit.lines import EditError, closed, decoded, ending, split


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [], id="an empty file has no line"),
        pytest.param("\n", ["\n"], id="an end alone is a line"),
        pytest.param("a", ["a"], id="the last line may have no end"),
        pytest.param("a\nb\n", ["a\n", "b\n"], id="each has its own"),
        pytest.param("a\r\nb", ["a\r\n", "b"], id="a carriage return belongs to the end"),
        pytest.param("a\rb\n", ["a\rb\n"], id="alone it is no end"),
        pytest.param("a\x0b\x0c\x85\u2028b", ["a\x0b\x0c\x85\u2028b"], id="nor is any other"),
    ],
)
def test_lines_end_at_line_feeds_alone(text: str, lines: list[str]) -> None:
    assert split(text) == lines


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        pytest.param([], "\n", id="an empty file"),
        pytest.param(["a"], "\n", id="a first line without end"),
        pytest.param(["a\n", "b\r\n"], "\n", id="the first line says it"),
        pytest.param(["a\r\n", "b\n"], "\r\n", id="also where it is CR LF"),
    ],
)
def test_the_end_of_lines_is_that_of_the_first(lines: list[str], end: str) -> None:
    assert ending(lines) == end


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        pytest.param([], [], id="nothing stays nothing"),
        pytest.param(["a\n"], ["a\n"], id="what is ended stays"),
        pytest.param(["a\n", "b"], ["a\n", "b\n"], id="the last line gets an end"),
        pytest.param(["a\r\n", "b"], ["a\r\n", "b\r\n"], id="the one that the file uses"),
    ],
)
def test_the_last_line_is_ended(lines: list[str], after: list[str]) -> None:
    before = list(lines)
    assert closed(lines) == after
    assert lines == before


def test_what_is_not_utf_8_is_left_alone() -> None:
    with pytest.raises(EditError) as caught:
        decoded(b"sch\xf6n", "/etc/x")
    assert str(caught.value) == "/etc/x is not UTF-8 and is left alone"


def test_a_byte_order_mark_stays_in_front() -> None:
    assert decoded(b"\xef\xbb\xbfa", "/etc/x") == "\ufeffa"


@given(st.text("ab\r\n\u2028"))
def test_no_character_is_lost(text: str) -> None:
    lines = split(text)
    assert "".join(lines) == text
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines[:-1])
    assert all(closed(lines)[-1].endswith("\n") for _ in lines[:1])
    assert "".join(closed(lines)).startswith(text)
