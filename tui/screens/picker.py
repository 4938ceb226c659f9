"""A short list to choose one from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.lines.text import Line
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.tell.lines import Ink


class Picker(ModalScreen[str | None]):
    """Enter takes the one under the cursor, Esc none."""

    DEFAULT_CSS = """
    Picker {
        align: center middle;
        Vertical { width: 30; height: auto; background: $panel; padding: 1 2; }
        &:ansi Vertical { background: ansi_default; border: ascii ansi_default; }
        Words { height: 1; }
        Rows { background: $panel; }
        &:ansi Rows { background: ansi_default; }
    }
    """
    BINDINGS = [
        Binding("enter", "take", "Take"),
        Binding("escape,q,s", "dismiss(None)", "Back"),
    ]

    def __init__(self, title: str, choices: Sequence[str], now: str) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Words(Line((self._title, Ink.STRONG)), name="title")
            yield Rows(_choice, name="choices")

    def on_mount(self) -> None:
        rows: Rows[str] = self.query_one(Rows)
        rows.styles.height = len(self._choices)
        rows.show([Row(choice, choice) for choice in self._choices])
        rows.go(self._now)

    def on_rows_opened(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        rows: Rows[str] = self.query_one(Rows)
        self.dismiss(rows.chosen.value if rows.chosen else None)


def _choice(choice: str, _width: int) -> Line:
    return Line(f" {choice}")
