"""The bar: on a terminal, after a while, and gone afterwards."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading

import pyte
import pytest

from tests import NODES, TOP
from tests.laws.nodes import CHECKS, FIXES
from unshim.engine import Engine
from unshim.facts.subjects import SUBJECTS
from unshim.record.recorded import RecordedHost
from unshim.report import progress
from unshim.report.progress import Bar

LIVE = """
import sys
from unshim.record.recorded import RecordedHost
from unshim.report import progress
from unshim.record.recorded import RecordedHost
progress.AFTER = float(sys.argv.pop(1))
RecordedHost.live = property(lambda self: True)  # read whole, as a machine is
from unshim.__main__ import run
code = run()
sys.stdout.write("RICH" if "rich" in sys.modules else "NONE")
"""
COLUMNS = 100


class Terminal:
    """Standard error on a terminal; what it showed, and what is left on it."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        self.written = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.ours, 65536)
            except OSError:
                return
            self.written += piece

    def close(self) -> None:
        os.close(self.theirs)
        self._reader.join(60)
        os.close(self.ours)

    @property
    def left(self) -> str:
        screen = pyte.Screen(COLUMNS, 24)
        pyte.ByteStream(screen).feed(self.written)
        return "\n".join(screen.display).strip()


def _look(after: float, *words: str) -> tuple[bytes, str, str]:
    """What a look shows on standard error, what is left there, and what it loaded."""
    terminal = Terminal()
    done = subprocess.run(
        [sys.executable, "-c", LIVE, str(after), *words],
        stdout=subprocess.PIPE,
        stderr=terminal.theirs,
        cwd=TOP,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
        check=False,
    )
    terminal.close()
    return terminal.written, terminal.left, done.stdout.decode()[-4:]


NODE = str(NODES / "half-migrated")
LOOKS = [
    (("--report", "json", "--root", NODE), "Looking at the node"),
    (("facts", "--json", "--root", NODE), "Looking at the node"),
    (("plan", "--root", NODE), "Rehearsing the fixes"),
]


@pytest.mark.parametrize(("words", "title"), LOOKS)
def test_what_takes_long_shows_how_far_it_is_and_leaves_nothing(
    words: tuple[str, ...], title: str
) -> None:
    written, left, loaded = _look(0, *words)
    assert title.encode() in written
    if words[0] != "plan":
        assert f"{len(SUBJECTS)}/{len(SUBJECTS)}".encode() in written
    assert (left, loaded) == ("", "RICH")
    assert b"\x1b[?25l" not in written  # the cursor stays: nobody would bring it back


@pytest.mark.parametrize(("words", "title"), LOOKS)
def test_what_does_not_shows_nothing_and_loads_nothing(words: tuple[str, ...], title: str) -> None:
    assert _look(1e6, *words) == (b"", "", "NONE")


def test_a_pipe_is_told_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIVE, "0", *LOOKS[0][0]], capture_output=True, cwd=TOP, check=False
    )
    assert (done.stderr, done.stdout[-4:]) == (b"", b"NONE")


def _on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Not a fixture: pytest takes standard error again between those and the test."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", os.fdopen(terminal.theirs, "w", closefd=False))
    monkeypatch.setattr(progress, "AFTER", 0)
    return terminal


def test_lines_that_are_written_beside_it_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _on_a_terminal(monkeypatch)
    with Bar("Applying \x1b[2J") as bar:
        for step in (1, 2):
            bar.tell(step - 1, 2, f"step {step}")
            with bar.aside():
                sys.stderr.write(f"line {step}\r\n")
                sys.stderr.flush()
    terminal.close()
    assert [row.strip() for row in terminal.left.splitlines()] == ["line 1", "line 2"]
    assert b"step 2" in terminal.written
    assert b"\x1b[2J" not in terminal.written


def test_an_interrupted_block_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _on_a_terminal(monkeypatch)
    with pytest.raises(KeyboardInterrupt), Bar("Looking"):
        raise KeyboardInterrupt
    terminal.close()
    assert b"Looking" in terminal.written and terminal.left == ""


def test_a_look_tells_how_far_it_is() -> None:
    class Live(RecordedHost):
        live = True

    told: list[tuple[int, int]] = []
    engine = Engine(Live(NODE), CHECKS, FIXES, only_reads=True)
    engine.look(lambda done, of: told.append((done, of)))
    assert told == [(n, len(SUBJECTS)) for n in range(1, len(SUBJECTS) + 1)]
