"""When a frame is sent: once nothing is on its way any more that would change it.

Textual paints a screen as soon as it is there and again after each of its parts has found its size:
over a slow line, half-made screens are seen. Here the last of those frames is the only one.
"""

from __future__ import annotations

import asyncio
import time

from rich.color import ColorSystem
from rich.control import Control
from rich.style import Style
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from tui.terminal.frames import Frames

PATIENCE = 1.0
"""Seconds that a frame waits for a screen that does not come to rest."""

CONTENT = 0.5
"""Seconds that it waits for what a thread is fetching for it."""

_TERMINALS_OWN = {"", "39", "49"}
"""Codes that ask for what stands after a reset anyway."""

_PAUSE = 0.004
"""Seconds between two looks at whether it has."""


class Painter:
    """Sends an app's frames to its terminal."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._codes: dict[Style, str] = {}
        self._frames = Frames(self._codes_of)
        self._waiting: asyncio.Task[None] | None = None

    def forget(self) -> None:
        """The terminal shows something else by now: the next frame is sent whole."""
        self._frames.forget()

    def wanted(self) -> None:
        """The screen has changed: send a frame as soon as it is at rest. Where there is no terminal
        there is nobody to send it to."""
        if self._app.is_headless:
            return
        if self._waiting is None or self._waiting.done():
            if self._is_at_rest() and not self._is_fetching():
                self._send()
            else:
                self._waiting = asyncio.create_task(self._send_at_rest())

    async def _send_at_rest(self) -> None:
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < PATIENCE:
            if self._is_at_rest() and (waited >= CONTENT or not self._is_fetching()):
                break
            await asyncio.sleep(_PAUSE)
        self._send()

    def _is_fetching(self) -> bool:
        """Whether a thread will soon say what the screen in front has to show."""
        stack = self._app.screen_stack
        return bool(stack) and getattr(stack[-1], "fetching", False)

    def _is_at_rest(self) -> bool:
        """Whether nothing is on its way that may change the frame."""
        app = self._app
        if app._batch_count or not app.screen_stack:
            return False
        screen = app.screen
        if (
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._dirty_widgets
            or screen._callbacks
        ):
            return False
        pumps = (app, screen, *screen.walk_children())
        return not any(pump.message_queue_size or pump._next_callbacks for pump in pumps)

    def _send(self) -> None:
        app = self._app
        if not app._running or app._closed or app._driver is None or not app.screen_stack:
            return
        out = self._frames.to(_lines(app.screen, app._background_screens))
        if out:
            at = app.screen.outer_size.clamp_offset(app.cursor_position)
            app._begin_update()
            app._driver.write(out + Control.move_to(*at).segment.text)
            app._end_update()
            app._driver.flush()

    def _codes_of(self, style: Style) -> str:
        codes = self._codes.get(style)
        if codes is None:
            colours = self._app.console._color_system or ColorSystem.TRUECOLOR
            every = Strip.render_ansi(style, colours)
            own = set(every.split(";")) <= _TERMINALS_OWN
            codes = self._codes[style] = "" if own else every
        return codes


def _lines(screen: Screen[object], behind: list[Screen[object]]) -> list[Strip]:
    """The whole screen as it is now, line by line."""
    update = screen._compositor.render_update(full=True, screen_stack=behind)
    return [Strip.join(strips) for strips in update.strips]  # type: ignore[union-attr]
