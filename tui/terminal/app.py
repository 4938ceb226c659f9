"""What an app owes its terminal: safe text, its colours, a tidy end, one line after a crash."""

from __future__ import annotations

import os
import time

from rich.console import RenderableType
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tui.messages import Copy, CopyEnded, Notice
from tui.terminal.background import start, tell
from tui.terminal.clipboard import Clipboard
from tui.terminal.crash import where
from tui.terminal.driver import GuardedDriver
from tui.terminal.hangup import GONE, on_signals, watch
from tui.terminal.leaving import Leaving
from tui.terminal.painting import Painter
from tui.terminal.terminal import Colours, Terminal
from tui.terminal.themes import DARK, LIGHT, theme_for
from tui.widgets.keys import KeyLine

NOTICE = 5.0
"""Seconds that a notice stands."""

AGAIN = 3.0
"""Seconds in which a second ^C leaves."""


class TerminalApp(App[int]):
    """An app on one terminal. It ends with GONE when that hangs up."""

    def __init__(self, terminal: Terminal, driver: type[Driver] | None) -> None:
        self._terminal = terminal
        self._leaving = Leaving(
            ascii_only=terminal.ascii_only, colourless=terminal.colours is Colours.NONE
        )
        ansi = terminal.colours is not Colours.FULL
        super().__init__(driver_class=driver, ansi_color=ansi or None)
        self._painter = Painter(self)
        self._copies = Clipboard(os.environ)
        self._interrupted = -AGAIN
        self.broke = ""
        """Where the screens broke, "" while they have not."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme_for(terminal)

    def get_line_filters(self) -> list[LineFilter]:
        """Every line of every widget goes through the last look before it leaves."""
        return [*super().get_line_filters(), self._leaving]

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self.repaint())
        self.call_after_refresh(self.first_frame)
        if not self.is_headless:
            on_signals(self._hung_up)
            watch(0, self._hung_up)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Textual would send each frame of a screen that is still being made."""
        if self.is_headless:
            super()._display(screen, renderable)
        elif renderable is not None:
            self._painter.wanted()

    def on_resize(self) -> None:
        self.repaint()

    def repaint(self) -> None:
        """Send the whole frame anew: what stands on the terminal is not ours any more."""
        self._painter.forget()
        self._painter.wanted()

    def first_frame(self) -> None:
        """The first frame is out."""

    def _hung_up(self) -> None:
        self.exit(return_code=GONE)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say it in the line of keys for a while: a box would stand over rows that are read."""
        bad = severity != "information"
        for line in self.screen.query(KeyLine):
            line.tell(message, bad, timeout or NOTICE)

    def on_notice(self, message: Notice) -> None:
        self.notify(message.text, severity="error" if message.bad else "information")

    def on_copy(self, message: Copy) -> None:
        self.copy_to_clipboard(message.text)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy, in a thread, as tmux may take its time; then say what was done."""

        def copy() -> None:
            done = self._copies.copy(text)
            tell(self, CopyEnded(done.sequences, done.said, done.bad))

        start(copy, "copy")

    def on_copy_ended(self, message: CopyEnded) -> None:
        if self._driver is not None:
            send = getattr(self._driver, "send", self._driver.write)
            for sequence in message.sequences:
                send(sequence)
            self._driver.flush()
        self.on_notice(Notice(message.said, message.bad))

    def action_interrupt(self) -> None:
        """Copy what the mouse has marked; else leave at the second time, for ^C is often meant to
        copy, or to end something that this is not."""
        if marked := self.screen.get_selected_text():
            self.copy_to_clipboard(marked)
            self.screen.clear_selection()
        elif time.monotonic() - self._interrupted < AGAIN:
            self.action_leave()
        else:
            self._interrupted = time.monotonic()
            self.notify("^C again quits, and so does q.", timeout=AGAIN)

    def action_leave(self) -> None:
        self.exit(0)

    def action_repaint(self) -> None:
        self.repaint()

    def action_mouse(self) -> None:
        """Give the mouse back to the terminal, for its own way of marking text, or take it."""
        if isinstance(self._driver, GuardedDriver):
            on = self._driver.turn_mouse()
            self.notify("The mouse works here." if on else "The mouse is the terminal's now.")

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
