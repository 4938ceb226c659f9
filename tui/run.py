"""From an engine to screens on this process's terminal, and back to an exit code."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

from tui.app import UnshimApp
from tui.engine import Engine
from tui.terminal.crash import CRASHED, crash_message
from tui.terminal.driver import GuardedDriver
from tui.terminal.hangup import GONE, quiet_streams
from tui.terminal.terminal import Terminal


def run(engine: Engine, banner: str = "", mouse: bool = True) -> int:
    """Show the screens until the person leaves. The process's exit code: 0, 2 for a crash, 129
    after a hang-up."""
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # Textual would take an empty one for a wish
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    gc.disable()  # until the first frame, which must not wait for it
    app = UnshimApp(engine, banner, Terminal.of(os.environ), GuardedDriver)
    app.run(mouse=mouse)
    if app.return_code == GONE:
        quiet_streams()
    if app.broke and sys.__stderr__:
        sys.__stderr__.write(crash_message(app.broke) + "\n")
    return CRASHED if app.broke else app.return_code or 0
