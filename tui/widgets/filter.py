"""The line that `/` opens: what is typed narrows the list at once."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input


class Filter(Input):
    """Hidden until opened. Enter keeps the words and goes back to the list, Esc drops them."""

    DEFAULT_CSS = """
    Filter {
        display: none;
        height: 1;
        border: none;
        padding: 0 1;
        background: $surface;
        &:focus { border: none; }
        &:ansi { background: ansi_default; }
        &.-open { display: block; }
    }
    """
    BINDINGS = [
        Binding("escape", "drop", "Drop the filter", priority=True),
        Binding("enter,down", "keep", "Keep it", show=False, priority=True),
    ]

    class Typed(Message):
        """The words changed; empty words match everything."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Closed(Message):
        """The person is done typing."""

    def __init__(self) -> None:
        super().__init__(placeholder="filter: words, all must match", id="filter", compact=True)
        self.cursor_blink = False

    def open(self) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def action_drop(self) -> None:
        self.value = ""
        self.action_keep()

    def action_keep(self) -> None:
        self.set_class(bool(self.value), "-open")
        self.post_message(self.Closed())
