"""The thread that takes a sample a second for an open live pane."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tui.engine import Engine, Sampler
from tui.terminal.background import describe_error, start
from unshim.model.live import Sample
from unshim.model.values import Missing, Why

PERIOD = 1.0
"""Seconds between two samples."""


class Sampling:
    """Samples until it is closed. What goes wrong is told as Missing, and tried again."""

    def __init__(self, engine: Engine, tell: Callable[[Sample | Missing], None]) -> None:
        self._engine = engine
        self._tell = tell
        self._closed = threading.Event()
        self._going = threading.Event()

    @property
    def paused(self) -> bool:
        return not self._going.is_set()

    def start(self) -> None:
        """Begin. `tell` is called in the thread."""
        self._going.set()
        start(self._work, "sampler")

    def toggle(self) -> None:
        """Pause, or go on."""
        if self.paused:
            self._going.set()
        else:
            self._going.clear()

    def close(self) -> None:
        """End the thread after the sample it is at; waits for nothing."""
        self._closed.set()
        self._going.set()

    def _work(self) -> None:
        sampler = self._engine.sampler()
        if isinstance(sampler, Missing):
            self._tell(sampler)
            return
        try:
            while not self._closed.is_set():
                self._tell(_sample(sampler))
                self._closed.wait(PERIOD)
                self._going.wait()
        finally:
            sampler.close()


def _sample(sampler: Sampler) -> Sample | Missing:
    try:
        return sampler.sample()
    except Exception as broken:
        return Missing(describe_error(broken), Why.UNREADABLE)
