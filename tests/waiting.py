"""Tests wait for something to be so, never for a time: machines are shared, and differ in speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 120.0
"""Seconds after which what a test waits for will never come."""


def until(true: Callable[[], object], what: str = "what was waited for") -> None:
    """Come back once something is true, looked at every few milliseconds; else fail."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not come within {PATIENCE:.0f} s"
        time.sleep(0.02)


@contextmanager
def no_hang() -> Iterator[None]:
    """What is done here ends by a deadline of its own, and not with what hangs for ever."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE, "it hung"
