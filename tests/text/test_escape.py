from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.color import Color

from tui.terminal.driver import guarded
from tui.terminal.leaving import Leaving
from unshim.report.out import harmless
from unshim.text.escape import decode, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcödé, 中文, ✓", "plain, ünïcödé, 中文, ✓"),
        ("\x1b]52;c;ZXZpbA==\x07", r"\x1b]52;c;ZXZpbA==\x07"),
        ("a\x9b2Jb\x7f", r"a\x9b2Jb\x7f"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("System\u200bdCgroup", r"System\u200bdCgroup"),
        ("a\u2028b\u2029c\ufeffd", r"a\u2028b\u2029c\ufeffd"),
        ("half \udcff pair", r"half \udcff pair"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("line\nfeed\ttab", r"line\x0afeed\x09tab"),
    ],
)
def test_everything_invisible_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_line_feeds_can_be_kept() -> None:
    assert visible("a\nb\rc", newlines=True) == "a\nb\\x0dc"


def test_bytes_that_are_no_utf8_show_as_escapes() -> None:
    assert decode(b"caf\xe9 \x1b[31m") == r"caf\xe9 \x1b[31m"


def test_no_character_of_these_categories_is_left() -> None:
    left = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and visible(chr(code)) == chr(code)
    ]
    assert left == []


@given(st.text(st.characters()))
def test_what_is_shown_can_be_encoded_and_shown_again(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown


@cache
def _hidden_and_seen() -> tuple[str, str]:
    """Every code point there is, by whether it shows as an escape where it enters."""
    every = [chr(code) for code in range(0x110000)]
    hidden = "".join(c for c in every if visible(c) != c)
    return hidden, "".join(every).translate(dict.fromkeys(map(ord, hidden)))


KEPT = {"entrance": "", "lines": "\n", "streams": "\n\t", "cells": "", "driver": "\r\n"}


def _doors() -> dict[str, Callable[[str], str]]:
    leave = Leaving()
    return {
        "entrance": visible,
        "lines": lambda text: visible(text, newlines=True),
        "streams": harmless,
        "cells": lambda text: leave.apply([Segment(text)], Color(0, 0, 0))[0].text,
        "driver": guarded,
    }


@pytest.mark.parametrize("door", KEPT)
def test_each_door_keeps_back_the_whole_table(door: str) -> None:
    """One table: what is shown as an escape where it enters passes no way out either."""
    hidden, _ = _hidden_and_seen()
    assert len(hidden) == 6321
    assert set(_doors()[door](hidden)) & set(hidden) == set(KEPT[door])


@pytest.mark.parametrize("door", KEPT)
def test_each_door_lets_everything_else_out_as_it_is(door: str) -> None:
    _, seen = _hidden_and_seen()
    assert _doors()[door](seen) == seen


def test_what_is_hidden_takes_one_cell_on_the_screens() -> None:
    assert _doors()["cells"]("a\u00adb\U000e0041c\x1b") == "a?b?c?"
