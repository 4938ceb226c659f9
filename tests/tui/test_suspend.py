"""Into the background and back: the terminal is the shell's meanwhile, and whole again after."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path

from tests.tui.pty_run import PtyRun
from tests.waiting import until


def _state(run: PtyRun) -> str:
    stat = Path(f"/proc/{run.process.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0]


def _echoes(run: PtyRun) -> bool:
    return bool(termios.tcgetattr(run.master)[3] & termios.ECHO)


def test_ctrl_z_stops_it_and_fg_brings_the_same_screen_back() -> None:
    with PtyRun() as run:
        run.wait(b"1.23.17")
        run.rest()
        run.press("f")
        shown = run.text()
        os.write(run.master, b"\x1a")
        until(lambda: run.read(0.05) and _state(run) == "T", "the stop")
        run.read(0.05)
        assert (
            run.out.rstrip().endswith(b"\x1b[?1049l\x1b[?25h") or b"\x1b[?1049l" in run.out[-400:]
        )
        assert _echoes(run)
        run.scribble("some-shell$ ls\r\n" * 30)
        os.kill(run.process.pid, signal.SIGCONT)
        until(lambda: run.read(0.05) and run.text() == shown, "the same screen")
        assert not _echoes(run)
        run.press("j")
        assert "▸✗ kubelet-names-dockershim" in run.text()


def test_ctrl_backslash_leaves_and_leaves_the_terminal_as_it_was() -> None:
    with PtyRun() as run:
        run.wait(b"1.23.17")
        run.rest()
        os.write(run.master, b"\x1c")
        assert run.ended() == 0
        assert b"\x1b[?1049l\x1b[?25h" in run.out
