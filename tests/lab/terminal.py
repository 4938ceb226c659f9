"""A command in a node on a pseudo-terminal: what it writes, and the picture that comes of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from types import TracebackType

import pyte

from tests.waiting import PATIENCE

from .node import Node

UNSHIM = "/opt/unshim/bin/unshim"


class Terminal:
    """One command on a terminal of 80x24. Use as a context manager."""

    def __init__(self, node: Node, argv: Sequence[str] = (UNSHIM,)) -> None:
        """Start it."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            node.command(argv, {"TERM": "xterm-256color"}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.out = b""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def read(self, seconds: float) -> bool:
        """Read what comes within that time; False once the command has closed the terminal."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._master], [], [], left)[0]:
                return True
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return False
            self.out += data
            # Without the sequences that pyte does not know and would print.
            self._stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9;]*\$p", b"", data))
        return True

    def picture(self) -> str:
        """The rows on the screen."""
        return "\n".join(self._screen.display)

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def press(self, key: str, once: str, then: str) -> str:
        """Press a key once the first words are on the screen, and again until the others are, for
        words may stand there a moment before what they offer. The picture."""
        self.wait(once)
        for _ in range(10):
            self.send(key)
            again = time.monotonic() + PATIENCE / 10
            while time.monotonic() < again:
                self.read(0.1)
                if then in self.picture():
                    return self.picture()
        raise AssertionError(f"{key} did not show {then}:\n{self.picture()}")

    def wait(self, ready: str | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """The picture once it shows these words, or is as it should be."""
        until = time.monotonic() + timeout
        shows = ready if callable(ready) else lambda picture: ready in picture
        while not shows(self.picture()):
            assert time.monotonic() < until, f"not there:\n{self.picture()}\n{self.out[-500:]!r}"
            self.read(0.1)
        return self.picture()

    def hang_up(self) -> None:
        """Close the window: its processes are told, and nobody reads any more."""
        os.close(self._master)
        self._master = -1

    def ended(self, timeout: float = PATIENCE) -> int:
        """Read to the end; the exit code."""
        until = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < until:
            if not self.read(0.2):
                time.sleep(0.02)
        return self.process.wait(0.1)

    def __enter__(self) -> Terminal:
        """The terminal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill what still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self._master >= 0:
            os.close(self._master)
