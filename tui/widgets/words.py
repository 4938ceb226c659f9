"""Text that does nothing: lines, drawn as they are."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import Static

from tui.lines.text import Line, content


class Words(Static):
    """Shows lines. Says nothing twice: the same lines again cost no redraw."""

    def __init__(self, lines: Iterable[Line] | Line = (), *, name: str = "") -> None:
        self._lines = _rows(lines)
        super().__init__(content(self._lines), id=name or None, markup=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def say(self, lines: Iterable[Line] | Line) -> None:
        """Show these lines from now on."""
        rows = _rows(lines)
        if rows != self._lines:
            self._lines = rows
            self.update(content(rows))


def _rows(lines: Iterable[Line] | Line) -> tuple[Line, ...]:
    return (lines,) if isinstance(lines, Line) else tuple(lines)
