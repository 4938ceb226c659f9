"""The titles over a table's columns; a click on one sorts by it."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.widgets.words import Words


class Heading(Words):
    """Says which cell of its line was clicked."""

    class Chosen(Message):
        """A click on the cell `x`, counted from 0."""

        def __init__(self, x: int) -> None:
            super().__init__()
            self.x = x

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Chosen(event.x))
