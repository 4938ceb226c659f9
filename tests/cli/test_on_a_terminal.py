"""The same commands on a terminal and in a pipe: rich is loaded there, and only there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from tests import NODES, TOP

NODE = str(NODES / "containerd-hostile-names")
LOADED = """
import sys
from unshim.__main__ import run
code = run()
sys.stdout.flush()
sys.stderr.write("\\nRICH" if "rich" in sys.modules else "\\nNONE")
"""
LINES = [
    "list",
    f"facts --root {NODE} kubelet",
    f"--report text --root {NODE}",
    f"plan --root {NODE}",
    "explain crictl-missing",
    "journal",
    "help facts",
]
SEQUENCE = re.compile(r"\x1b\[[\d;]*m")


def _run(line: str, columns: int = 0, **environ: str) -> tuple[str, bool]:
    """What a command writes, and whether it loaded rich: on a terminal of so many columns, or in
    a pipe where there are none."""
    command = [sys.executable, "-c", LOADED, *line.split()]
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environ
    if not columns:
        done = subprocess.run(command, capture_output=True, cwd=TOP, env=env, check=True)
        return done.stdout.decode(), done.stderr.decode().endswith("RICH")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, cwd=TOP, env=env
    )
    os.close(theirs)
    written = b""
    while piece := _read(ours):
        written += piece
    _, said = child.communicate(timeout=60)
    os.close(ours)
    return written.decode().replace("\r\n", "\n"), said.decode().endswith("RICH")


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:
        return b""


@pytest.mark.parametrize("line", LINES)
def test_a_pipe_is_plain_and_loads_none_of_it(line: str) -> None:
    text, rich = _run(line, TERM="xterm-256color")
    assert not rich
    assert "\x1b" not in text


@pytest.mark.parametrize("line", LINES)
def test_a_terminal_is_painted_within_its_columns(line: str) -> None:
    text, rich = _run(line, 80, TERM="xterm-256color")
    assert rich
    assert "\x1b[1m" in text or line == "journal"
    plain = SEQUENCE.sub("", text)
    assert "\x1b" not in plain
    whole = {"--- ", "+++ ", "+", "-"}  # what is there to be copied is never broken
    rows = [row for row in plain.splitlines() if not row.startswith(tuple(whole))]
    assert [row for row in rows if len(row) > 80 and not line.startswith("plan")] == []


@pytest.mark.parametrize("line", LINES)
def test_no_colour_is_no_sequence(line: str) -> None:
    text, _ = _run(line, 80, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in text


@pytest.mark.parametrize("line", LINES)
def test_a_dumb_terminal_gets_what_a_pipe_gets(line: str) -> None:
    text, rich = _run(line, 80, TERM="dumb")
    assert (text, rich) == (_run(line)[0], False)
