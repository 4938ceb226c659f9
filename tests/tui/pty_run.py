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
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyte

PATIENCE = 5.0
"""Seconds in which a key must show something."""

SERVE = str(Path(__file__).with_name("serve.py"))


class Picture(NamedTuple):
    """Lines of text, and the letters and digits drawn in the colour of their background."""

    lines: tuple[str, ...]
    hidden: tuple[str, ...]


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

        self.began = time.monotonic()
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
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> PtyRun:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)

    def read(self, seconds: float, until: bytes = b"") -> float | None:
        """Read for so long, or until these bytes have come; when they came, from the start."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                break
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            at = time.monotonic() - self.began
            self.out += data
            if until and until in self.out:
                return at
        return None

    def type(self, keys: str, wait: float = 1.0) -> None:
        """Type keys and read what comes of them, however busy the machine is, until it is quiet
        again for a while."""
        before = len(self.out)
        os.write(self.master, keys.encode())
        end = time.monotonic() + PATIENCE
        while keys and len(self.out) == before and time.monotonic() < end:
            self.read(0.05)
        end = time.monotonic() + wait
        had = -1
        while time.monotonic() < end and had != len(self.out):
            had = len(self.out)
            self.read(0.15)

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
        return Picture(tuple(self._screen.display), tuple(hidden))

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _without_private(data: bytes) -> bytes:
    """Without the sequences that pyte does not know and would print: kitty's keyboard modes."""
    return re.sub(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9;]*\$p", b"", data)
