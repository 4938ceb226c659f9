"""Leaving when the terminal goes away, whatever the process was told about SIGHUP.

Textual's input thread spins on a terminal that is gone, and its writer thread dies and leaves the
rest waiting; a process that nohup or a wrapper made deaf to SIGHUP would go on so for ever.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
import time
from collections.abc import Callable

GONE = 129
"""The exit code after a hang-up: 128 and the number of SIGHUP."""

GRACE = 1.0
"""Seconds that a tidy exit may take before the process ends without one."""

_GONE_EVENTS = select.POLLHUP | select.POLLERR | select.POLLNVAL


def watch(descriptor: int, leave: Callable[[], None]) -> None:
    """Call `leave` when the terminal behind `descriptor` hangs up; end the process if it stalls."""

    def wait() -> None:
        poll = select.poll()
        poll.register(descriptor, 0)
        while not any(events & _GONE_EVENTS for _, events in poll.poll()):
            time.sleep(0.2)
        end_soon(leave)

    threading.Thread(target=wait, name="unshim-hangup", daemon=True).start()


def end_soon(leave: Callable[[], None]) -> None:
    """A tidy exit, or after the grace period one that waits for nothing."""

    def force() -> None:
        time.sleep(GRACE)
        os._exit(GONE)

    threading.Thread(target=force, name="unshim-end", daemon=True).start()
    try:
        leave()
    except RuntimeError:
        return


def on_signals(leave: Callable[[], None]) -> None:
    """SIGHUP, SIGTERM and SIGQUIT leave tidily: the terminal is as it was, where it still is.

    A SIGHUP that the process was told to ignore stays ignored: watch() sees the terminal itself.
    Called from within the running event loop.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGQUIT):
        loop.add_signal_handler(number, end_soon, leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, end_soon, leave)


def quiet_streams() -> None:
    """Send what is still buffered nowhere: flushing it to a terminal that is gone would fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
