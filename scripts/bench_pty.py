"""A program on a terminal of 80x24: when its frames come, and what it costs while it runs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import termios
import time
from collections.abc import Generator, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class OnTerminal:
    """A child on a pseudo terminal. `seen` is everything that it wrote."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.start = time.perf_counter()
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
            os.execvp(argv[0], list(argv))
        size = struct.pack("HHHH", 24, 80, 0, 0)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, size)
        self.seen = b""

    def read(self, seconds: float) -> int:
        """Read for so long; the bytes that came."""
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            if not select.select([self.handle], [], [], left)[0]:
                break
            try:
                data = os.read(self.handle, 65536)
            except OSError:
                break
            if not data:
                break
            self.seen += data
            count += len(data)
        return count

    def until(self, words: Sequence[bytes], seconds: float = 10) -> float:
        """Seconds from the start until one of these words was written."""
        while time.perf_counter() - self.start < seconds:
            self.read(0.002)
            if any(w in self.seen for w in words):
                return time.perf_counter() - self.start
        raise TimeoutError(f"none of {words!r} in {self.seen[-300:]!r}")

    def keys(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def cpu(self) -> float:
        """Seconds of processor time so far, its children's included."""
        return cpu_of(self.pid)

    def end(self) -> int:
        """End it; its peak memory in kB."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.perf_counter() + 2
        while time.perf_counter() < deadline:
            self.read(0.05)
            pid, _, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                os.close(self.handle)
                return usage.ru_maxrss
        os.kill(self.pid, signal.SIGKILL)
        _, _, usage = os.wait4(self.pid, 0)
        os.close(self.handle)
        return usage.ru_maxrss


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and its ended children; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def first_frames(argv: Sequence[str], runs: int) -> tuple[float, float, float]:
    """Median milliseconds to the first frame and from it to the verdict, and the peak MB."""
    frames, verdicts, memory = [], [], 0
    for _ in range(runs + 1):
        shown = OnTerminal(argv)
        first = shown.until([b"ooking", b"This"])
        verdict = shown.until([b"This"])
        frames.append(first)
        verdicts.append(verdict - first)
        memory = max(memory, shown.end())
    return (
        statistics.median(frames[1:]) * 1000,
        statistics.median(verdicts[1:]) * 1000,
        memory / 1024,
    )


def steady(
    argv: Sequence[str], keys: str, seconds: float, beside: Sequence[int] = ()
) -> Generator[tuple[float, float, float, float], str, None]:
    """Run a program, type `keys`, let it settle; then its percent of a core, its bytes a second,
    the percent of a core of the processes `beside`, and its peak MB so far."""
    shown = OnTerminal(argv)
    try:
        shown.read(3)
        shown.keys(keys)
        shown.read(4)
        while True:
            cpu, others = shown.cpu(), sum(map(cpu_of, beside))
            start = time.perf_counter()
            count = 0
            while time.perf_counter() - start < seconds:
                count += shown.read(min(0.5, seconds))
            took = time.perf_counter() - start
            peak = _peak(shown.pid)
            answer = (
                100 * (shown.cpu() - cpu) / took,
                count / took,
                100 * (sum(map(cpu_of, beside)) - others) / took,
                peak,
            )
            typed = yield answer
            if typed:
                shown.keys(typed)
                shown.read(2.5)
    finally:
        shown.end()


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0
