"""A yes that no stray key gives: the node's name, typed, and then Enter."""

from __future__ import annotations

import time

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from tui.lines.text import Line
from tui.widgets.words import Words
from unshim.tell.lines import Ink

ARMING = 0.7
"""Seconds between the last letter and an Enter that counts: longer than a paste is."""

_WAY_OUT = ("Esc cancels, nothing changes.", Ink.DIM)


class TypedOnly(Input):
    """An input that takes letters from the keyboard and nothing from a clipboard."""

    class Pasted(Message):
        """Something was pasted and not taken."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted())

    def action_paste(self) -> None:
        self.post_message(self.Pasted())


class Confirm(Vertical):
    """Hidden until opened. Esc closes it and keeps everything as it is."""

    DEFAULT_CSS = """
    Confirm {
        display: none;
        height: 2;
        padding: 0 1;
        background: $surface;
        &:ansi { background: ansi_default; }
        &.-open { display: block; }
        Words { height: 1; }
        Input { height: 1; border: none; padding: 0; background: $background; }
        Input:focus { border: none; }
        &:ansi Input { background: ansi_default; }
    }
    """
    BINDINGS = [
        Binding("escape", "keep", "Cancel", priority=True),
        Binding("enter", "yes", "Apply", show=False, priority=True),
    ]

    class Given(Message):
        """The person means it."""

    class Closed(Message):
        """The person thought better of it."""

    def __init__(self, name: str, act: str) -> None:
        super().__init__(id="confirm")
        self._name = name or "yes"
        self._act = act
        self._matched: float | None = None

    def compose(self) -> ComposeResult:
        yield Words(self._ask(), name="ask")
        typed = TypedOnly(id="typed", compact=True)
        typed.cursor_blink = False
        yield typed

    def open(self) -> None:
        """Show the line and take the keys."""
        self.add_class("-open")
        self.query_one(TypedOnly).focus()

    def _ask(self, more: str = "") -> Line:
        """What to type, and beside it what is wrong with what was typed, else the way out."""
        beside = (more, Ink.WARNING) if more else _WAY_OUT
        return Line(f"Type {self._name} and Enter to {self._act}. ", beside)

    def _say(self, more: str) -> None:
        self.query_one("#ask", Words).say(self._ask(more))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        matched = event.value == self._name
        self._matched = time.monotonic() if matched else None
        self._say("")
        if self._is_armed():
            self._show_armed()
        elif matched:
            self.set_timer(ARMING, self._show_armed)

    def _show_armed(self) -> None:
        if self._is_armed():
            ready = Line((f"Press Enter to {self._act}. ", Ink.STRONG), _WAY_OUT)
            self.query_one("#ask", Words).say(ready)

    def _is_armed(self) -> bool:
        return self._matched is not None and time.monotonic() - self._matched >= ARMING

    def on_typed_only_pasted(self) -> None:
        self._say("Pasted text is not taken.")

    def action_yes(self) -> None:
        if self._is_armed():
            self.close()
            self.post_message(self.Given())
        elif self._matched is not None:
            self._say("A moment, then Enter again.")
        else:
            self._say(f"That is not {self._name}.")

    def action_keep(self) -> None:
        self.close()
        self.post_message(self.Closed())

    def close(self) -> None:
        """Forget what was typed and hide."""
        self.remove_class("-open")
        self._matched = None
        self.query_one(TypedOnly).value = ""
