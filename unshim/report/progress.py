"""How far something is: a bar on a terminal, when it takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from unshim.report import out

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

AFTER = 1.0
"""Seconds that pass before it is shown."""


class Bar:
    """A bar that appears by itself while its block runs, and is gone after it. Where standard error
    is no terminal it does nothing. It is told of from any thread."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._done, self._of = 0, 0
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._shown: tuple[Progress, TaskID] | None = None
        self._over = False

    def __enter__(self) -> Bar:
        if sys.stderr is None or not out.paints(sys.stderr):
            return self
        if AFTER > 0:
            self._timer = threading.Timer(AFTER, self._show)
            self._timer.daemon = True
            self._timer.start()
        else:
            self._show()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
            if self._timer is not None:
                self._timer.cancel()
            if self._shown is not None:
                self._shown[0].stop()

    def tell(self, done: int, of: int, title: str = "") -> None:
        """How much is done, of how much; and what comes now."""
        with self._lock:
            self._done, self._of, self._title = done, of, title or self._title
            if self._shown is not None:
                bar, task = self._shown
                bar.update(task, completed=done, total=of or None, description=self._told())

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While lines are written where it stands."""
        with self._lock:
            if self._shown is not None:
                self._shown[0].stop()
            try:
                yield
            finally:
                if self._shown is not None and not self._over:
                    self._shown[0].start()

    def _told(self) -> str:
        return out.harmless(self._title)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed

        class Quiet(Console):
            """It never hides the cursor, which nobody would bring back if this were killed."""

            def show_cursor(self, show: bool = True) -> bool:
                return False

        with self._lock:
            if self._over:
                return
            bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                Elapsed(),
                console=Quiet(file=sys.stderr, force_terminal=True, highlight=False),
                transient=True,
                refresh_per_second=4,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            task = bar.add_task(self._told(), completed=self._done, total=self._of or None)
            bar.start()
            self._shown = bar, task
