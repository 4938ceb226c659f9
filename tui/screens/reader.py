"""Lines to read, over the whole screen, filled again to each width."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tui.lines.text import Line
from tui.widgets.words import Words


class Reader(ModalScreen[None]):
    """Closed by Esc, q or the key that opened it."""

    DEFAULT_CSS = """
    Reader {
        background: $background;
        &:ansi { background: ansi_default; }
        VerticalScroll { padding: 1 2; scrollbar-size-vertical: 1; }
        #close { height: 1; dock: bottom; padding: 0 1; }
        #text { height: auto; }
    }
    """
    BINDINGS = [
        Binding("escape,q,e,question_mark,f1", "dismiss", "Back"),
        Binding("down,j", "by(1)", "Down", show=False),
        Binding("up,k", "by(-1)", "Up", show=False),
        Binding("pagedown,space", "by(12)", "Page down", show=False),
        Binding("pageup", "by(-12)", "Page up", show=False),
    ]

    def __init__(self, fill: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._fill = fill

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Words(name="text")
        yield Words(Line("Esc back   arrows and space scroll"), name="close")

    def on_resize(self) -> None:
        self.query_one("#text", Words).say(self._fill(self.size.width - 6))

    def action_by(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
