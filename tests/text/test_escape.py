from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
