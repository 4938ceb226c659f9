"""Bars of one scale: alike where the numbers are, blank where there is nothing."""

from __future__ import annotations

import pytest

from tui.lines.live_columns import moment
from tui.lines.spark import BARS, LEAST, History, spark, top


@pytest.mark.parametrize(
    ("history", "full", "bars"),
    [
        ((0, 50, 100), 100, " ▅█"),
        ((0, 0, 0), 100, "   "),
        ((None, None), 100, "   "),
        ((100,), 100, "  █"),
        ((6.2, 6.2, 6.2), 100, "▁▁▁"),
        ((0.01, None, 200), 100, "▁ █"),
        ((1, 2, 3, 100, 100, 100), 100, "███"),
    ],
)
def test_a_bar_is_as_high_as_its_number(history: History, full: float, bars: str) -> None:
    assert spark(history, 3, full) == bars


def test_every_height_is_used() -> None:
    assert spark([n / 7 * 100 for n in range(8)], 8, 100)[1:] == BARS[1:]


@pytest.mark.parametrize(
    ("histories", "full"),
    [
        ((), LEAST),
        (((0.2, 0.4),), LEAST),
        (((1.0, 7.5), (3.0, None)), 7.5),
        (((900.0, 1.0, 2.0, 3.0), (5.0,)), 5.0),
    ],
)
def test_the_highest_of_what_is_shown_is_the_scale(
    histories: tuple[History, ...], full: float
) -> None:
    assert top(histories, 3) == full


def test_all_rows_of_a_moment_share_one_scale() -> None:
    now = moment(0.0, {"busy": (80.0,) * 8, "steady": (8.0,) * 8, "ended": (None,) * 8})
    drawn = {key: spark(history, 8, now.full) for key, history in now.history.items()}
    assert drawn == {"busy": "█" * 8, "steady": BARS[1] * 8, "ended": " " * 8}
