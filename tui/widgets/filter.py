"""A line to type on, and the one that `/` opens: what is typed narrows the list at once."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.lines.text import Line
from tui.widgets.words import Words
from unshim.tell.lines import Ink


class Prompt(Horizontal):
    """A sign and an input behind it. The cursor stands still: a blinking one sends bytes."""

    DEFAULT_CSS = """
    Prompt {
        height: 1;
        background: $surface;
        padding: 0 1;
        &:ansi { background: ansi_default; }
        Words { width: auto; }
        Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        Input:focus { border: none; }
        &:ansi Input { background: ansi_default; }
    }
    """

    def __init__(self, sign: str, placeholder: str, *, name: str) -> None:
        super().__init__(id=name)
        self._sign = sign
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        yield Words(Line((self._sign, Ink.ACCENT)))
        typed = Input(placeholder=self._placeholder, compact=True)
        typed.cursor_blink = False
        yield typed

    @property
    def words(self) -> str:
        """What is typed."""
        return self.query_one(Input).value


class Filter(Prompt):
    """Hidden until opened. Enter keeps the words and goes back to the list, Esc drops them."""

    DEFAULT_CSS = "Filter { display: none; &.-open { display: block; } }"
    BINDINGS = [
        Binding(
            "down,enter", "keep", "Keep the filter", key_display="Enter", priority=True,
            tooltip="Go to the list with what matches.",
        ),
        Binding("escape", "drop", "Drop it", priority=True, tooltip="Show all that was there."),
    ]  # fmt: skip

    class Typed(Message):
        """The words changed; empty words match everything."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Closed(Message):
        """The person is done typing."""

    def __init__(self, words: str = "") -> None:
        super().__init__("/ ", "words, all must match", name="filter")
        self._first = words
        self.set_class(bool(words), "-open")

    def on_mount(self) -> None:
        if self._first:
            with self.prevent(Input.Changed):
                self.query_one(Input).value = self._first

    def open(self) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def action_drop(self) -> None:
        self.drop()
        self.post_message(self.Closed())

    def action_keep(self) -> None:
        self.set_class(bool(self.words), "-open")
        self.post_message(self.Closed())

    def drop(self) -> None:
        """Match everything again, and hide."""
        self.query_one(Input).value = ""
        self.remove_class("-open")
