"""A process on a pseudo-terminal: what it writes, and the picture that a terminal makes of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyte

from tests.waiting import PATIENCE, until

QUIET = 15
"""Looks, one after another, at a process without output and without work: it is at rest."""

SERVE = str(Path(__file__).with_name("serve.py"))


class Picture(NamedTuple):
    """Lines of text, what is reversed of each, and the letters and digits drawn in the colour of
    their background."""

    lines: tuple[str, ...]
    reversed: tuple[str, ...]
    hidden: tuple[str, ...]


class Sent(NamedTuple):
    """What came of a key: bytes, the cells they painted, and how often one cell at most."""

    bytes: int
    cells: int
    most: int


class _Counting(pyte.Screen):
    """Counts how often each cell is painted."""

    def __init__(self, columns: int, lines: int) -> None:
        self.painted: Counter[tuple[int, int]] = Counter()
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        for letter in data:
            self.painted[self.cursor.y, self.cursor.x] += 1
            super().draw(letter)


class PtyRun:
    """Runs serve.py (or `argv`) on a pty of `size` (columns, lines). Use as a context manager."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str] | None = None,
        ignore_hangup: bool = False,
    ) -> None:
        self.size = size
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
        clean |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(environ or {})}

        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # What started the tests may have ignored it, as nohup does.
            signal.signal(signal.SIGHUP, signal.SIG_IGN if ignore_hangup else signal.SIG_DFL)

        self.process = subprocess.Popen(
            [sys.executable, "-I", SERVE, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=clean,
            start_new_session=True,
            preexec_fn=prepare,
            close_fds=True,
        )
        os.close(slave)
        self.out = b""
        self._fed = 0
        self._screen = _Counting(*size)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> PtyRun:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    def read(self, seconds: float) -> bool:
        """Read what comes within that time; False once the terminal is closed."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.out += data
        return bool(data)

    def wait(self, words: bytes) -> None:
        """Read until these bytes have come."""
        until(lambda: self.read(0.05) and words in self.out, repr(words))

    def ended(self) -> int:
        """Read to the end; the exit code."""
        until(lambda: not self.read(0.05) or self.process.poll() is not None, "its end")
        while self.master >= 0 and self.read(0.05) and select.select([self.master], [], [], 0)[0]:
            pass
        return self.process.wait(PATIENCE)

    def shows(self, words: str) -> Picture:
        """Wait until these words stand on the terminal; the picture."""
        until(lambda: self.read(0.05) and words in self.text(), words)
        return self.picture()

    def heard(self, seconds: float) -> bytes:
        """What comes within that time. That nothing comes is so however slow the machine is."""
        before, end = len(self.out), time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
        return self.out[before:]

    def rest(self) -> None:
        """Read until the process has nothing more to say: no output, and no thread at work.

        A thread that waits for a busy processor is at work, so that a slow machine is waited for.
        """
        still = 0

        def quiet() -> bool:
            nonlocal still
            had = len(self.out)
            self.read(0.02)
            still = still + 1 if len(self.out) == had and not self._is_working() else 0
            return still >= QUIET

        until(quiet, "rest")

    def _is_working(self) -> bool:
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with suppress(OSError):
                if stat.read_text().rpartition(")")[2].split()[0] not in "SZX":
                    return True
        return False

    def press(self, keys: str) -> Sent:
        """Press keys that show something, and read all that comes of them."""
        self.picture()
        self._screen.painted.clear()
        before = len(self.out)
        os.write(self.master, keys.encode())
        until(lambda: self.read(0.05) and len(self.out) > before, f"anything after {keys!r}")
        self.rest()
        self.picture()
        painted = self._screen.painted.values()
        return Sent(len(self.out) - before, sum(painted), max(painted, default=0))

    def scribble(self, text: str) -> None:
        """Somebody else writes to the terminal."""
        self.picture()
        self._stream.feed(text.encode())

    def hang_up(self) -> None:
        """Close the terminal, as a lost SSH session does."""
        os.close(self.master)
        self.master = -1

    def picture(self) -> Picture:
        """What stands on the terminal now."""
        fresh, self._fed = self.out[self._fed :], len(self.out)
        self._stream.feed(_without_private(fresh))
        lines = range(self._screen.lines)
        cells = [self._screen.buffer[y][x] for y in lines for x in range(self._screen.columns)]
        hidden = [c.data for c in cells if c.data.isalnum() and c.fg == c.bg and c.fg != "default"]
        rows = [[self._screen.buffer[y][x] for x in range(self._screen.columns)] for y in lines]
        back = ["".join(c.data for c in row if c.reverse) for row in rows]
        return Picture(tuple(self._screen.display), tuple(back), tuple(hidden))

    def text(self) -> str:
        """What stands on the terminal now, as lines of text."""
        return "\n".join(self.picture().lines)


def _without_private(data: bytes) -> bytes:
    """Without the sequences that pyte does not know and would print: kitty's keyboard modes."""
    return re.sub(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9;]*\$p", b"", data)
