"""Durations as Go has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.releases.durations import go_duration, is_duration


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", "0s"),
        ("90s", "1m30s"),
        ("1h", "1h0m0s"),
        ("1.5h", "1h30m0s"),
        (".5s", "500ms"),
        ("1500us", "1.5ms"),
        ("2µs3ns", "2.003µs"),
        ("1h0m0.25s", "1h0m0.25s"),
        ("-5m", "-5m0s"),
        ("100h", "100h0m0s"),
        ("999ns", "999ns"),
    ],
)
def test_durations(written: str, value: str) -> None:
    assert go_duration(written) == value
    assert go_duration(value) == value
    assert is_duration(written)


@pytest.mark.parametrize("written", ["", "5", "s", ".s", "5 s", "5d", "-", "1h5", "0.5", "٣s"])
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        go_duration(written)
    assert not is_duration(written)


@given(st.integers(1, 10**16))
def test_a_duration_in_other_words_is_the_same(nanoseconds: int) -> None:
    assert go_duration(f"{nanoseconds}ns") == go_duration(
        f"{nanoseconds // 1000}us{nanoseconds % 1000}ns"
    )
