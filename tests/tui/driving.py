"""How the tests open the screens and read what stands on them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from tests.tui.by_hand import HandEngine
from tui.app import UnshimApp
from tui.engine import Engine
from tui.terminal.terminal import Terminal

Opened = Pilot[int]

LOOKED = re.compile(r" in \d+(\.\d)? s")
"""What the head says of a look that has ended, however long it took."""


def picture(pilot: Opened) -> str:
    """The text on the screen, line by line, as it leaves for the terminal."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


async def until(pilot: Opened, true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is true, or fail."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, picture(pilot)
        await asyncio.sleep(0.02)


async def seen(pilot: Opened, *words: str) -> None:
    """Wait until all these words stand on the screen."""
    await until(pilot, lambda: all(word in picture(pilot) for word in words))


@asynccontextmanager
async def opened(
    engine: Engine | None = None,
    *keys: str,
    size: tuple[int, int] = (80, 24),
    terminal: Terminal | None = None,
    banner: str = "",
) -> AsyncIterator[Opened]:
    """The app over an engine, once it has looked, with some keys pressed."""
    engine = engine or HandEngine()
    app = UnshimApp(engine, banner, terminal or Terminal())
    async with app.run_test(size=size) as pilot:
        if getattr(engine, "hold", None) is None:
            await until(pilot, lambda: bool(LOOKED.search(picture(pilot))))
        if keys:
            await pilot.press(*keys)
        yield pilot
