"""Bars that show how a number went, on a scale that all rows of a column share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

BARS = "▁▂▃▄▅▆▇█"
LEAST = 1.0
"""The least that a full bar stands for: below it the noise would look like work."""

History = Sequence[float | None]
"""The values of late, the newest last; None where none was measured."""


def top(histories: Iterable[History], width: int) -> float:
    """What a full bar stands for, where these are shown in `width` cells each."""
    return max([LEAST, *(v for history in histories for v in history[-width:] if v is not None)])


def spark(history: History, width: int, full: float) -> str:
    """The last `width` values as bars. Nothing at all is a blank, and so is what is not known."""
    return f"{''.join(_bar(value, full) for value in history[-width:]):>{width}}"


def _bar(value: float | None, full: float) -> str:
    if not value or value < 0:
        return " "
    return BARS[min(len(BARS) - 1, round(value / full * (len(BARS) - 1)))]
