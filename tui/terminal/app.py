"""What an app owes its terminal: safe text, its colours, a tidy end, one line after a crash."""

from __future__ import annotations

import os

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter

from tui.lines.text import plain
from tui.messages import Copy, Notice
from tui.terminal.crash import where
from tui.terminal.hangup import GONE, on_signals, watch
from tui.terminal.leaving import Leaving
from tui.terminal.terminal import Colours, Terminal
from tui.terminal.themes import DARK, LIGHT, theme_for


class TerminalApp(App[int]):
    """An app on one terminal. It ends with GONE when that hangs up."""

    def __init__(self, terminal: Terminal, driver: type[Driver] | None) -> None:
        self._terminal = terminal
        self._leaving = Leaving(
            ascii_only=terminal.ascii_only, colourless=terminal.colours is Colours.NONE
        )
        ansi = terminal.colours is not Colours.FULL
        super().__init__(driver_class=driver, ansi_color=ansi or None)
        self.broke = ""
        """Where the screens broke, "" while they have not."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme_for(terminal)

    def get_line_filters(self) -> list[LineFilter]:
        """Every line of every widget goes through the last look before it leaves."""
        return [*super().get_line_filters(), self._leaving]

    def on_mount(self) -> None:
        self.call_after_refresh(self.first_frame)
        if not self.is_headless:
            on_signals(self._hung_up)
            watch(0, self._hung_up)

    def first_frame(self) -> None:
        """The first frame is out."""

    def _hung_up(self) -> None:
        self.exit(return_code=GONE)

    def on_notice(self, message: Notice) -> None:
        self.notify(
            plain(message.text).plain,
            severity="error" if message.bad else "information",
            markup=False,
        )

    def on_copy(self, message: Copy) -> None:
        from tui.terminal.clipboard import sequences

        writes = sequences(message.text, os.environ)
        if writes is None:
            self.notify("Too long for the terminal's clipboard.", severity="error", markup=False)
        elif self._driver is not None:
            send = getattr(self._driver, "send", self._driver.write)
            for sequence in writes:
                send(sequence)
            self.notify("Sent to the terminal's clipboard.", timeout=2, markup=False)

    def action_theme(self) -> None:
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._terminal.colours is Colours.FULL if action == "theme" else True

    def _handle_exception(self, error: Exception) -> None:
        self.broke = self.broke or where(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Textual would print every local variable here; run() says one line instead."""
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        self.broke = self.broke or "panic"
        self._close_messages_no_wait()
