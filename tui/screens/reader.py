"""Lines to read, over the whole screen, filled again to each width."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tui.lines.text import Line
from tui.widgets.keys import KeyLine
from tui.widgets.words import Words


class Reader(ModalScreen[None]):
    """Closed by Esc, q or the key that opened it."""

    DEFAULT_CSS = """
    Reader {
        background: $background;
        &:ansi { background: ansi_default; }
        VerticalScroll { padding: 1 2; height: 1fr; scrollbar-size-vertical: 1; }
        #text { height: auto; }
    }
    """
    BINDINGS = [
        Binding("escape,q,e,enter,question_mark,f1", "dismiss", "Back"),
        Binding("down,j", "by(1)", "Down", show=False),
        Binding("up,k", "by(-1)", "Up", show=False),
        Binding("space,pagedown", "page(1)", "Page down"),
        Binding("b,pageup", "page(-1)", "Page up"),
        Binding("home,g", "jump(False)", "Top", show=False),
        Binding("end,G", "jump(True)", "End", show=False),
    ]

    def __init__(self, fill: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._fill = fill

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Words(name="text")
        yield KeyLine()

    def on_resize(self) -> None:
        self.query_one("#text", Words).say(self._fill(self.size.width - 6))

    @property
    def _paper(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def action_by(self, lines: int) -> None:
        self._paper.scroll_relative(y=lines, animate=False)

    def action_page(self, by: int) -> None:
        self._paper.scroll_relative(y=by * max(1, self._paper.size.height - 1), animate=False)

    def action_jump(self, to_end: bool) -> None:
        if to_end:
            self._paper.scroll_end(animate=False)
        else:
            self._paper.scroll_home(animate=False)
