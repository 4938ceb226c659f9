"""The real process on a real pseudo-terminal: colours, hostile text, hang-ups, silence."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.tui.pty_run import Picture, PtyRun
from tests.waiting import PATIENCE

TERMINALS = {
    "xterm-256color": {"TERM": "xterm-256color"},
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "xterm": {"TERM": "xterm"},
    "screen": {"TERM": "screen"},
    "linux": {"TERM": "linux"},
    "vt100": {"TERM": "vt100"},
    "no-color": {"NO_COLOR": "1"},
    "no-color-linux": {"NO_COLOR": "1", "TERM": "linux"},
    "light": {"COLORFGBG": "0;15"},
}
SIXTEEN = ("xterm", "screen", "linux", "vt100", "no-color-linux")
TOUR = ("f", "e", "e", "\r", "\x1b", "m", "?", "\x1b", "\x10")


def _tour(run: PtyRun, keys: Sequence[str]) -> list[Picture]:
    """The pictures on a walk through every screen."""
    run.wait(b"1.23.17")
    run.rest()
    pictures = [run.picture()]
    for key in keys:
        run.press(key)
        pictures.append(run.picture())
    return pictures


def _walked(name: str) -> tuple[list[Picture], bytes]:
    hostile = name == "hostile"
    words, size = (("hostile", "still"), (120, 40)) if hostile else (("still",), (80, 24))
    with PtyRun(*words, size=size, environ=TERMINALS.get(name)) as run:
        # What is hostile has no fix to preview.
        keys = [key for key in TOUR if key != "\r" or name != "hostile"]
        return _tour(run, keys), run.out


@pytest.fixture(scope="module")
def walks() -> dict[str, tuple[list[Picture], bytes]]:
    """The tour on every kind of terminal, side by side, as most of it is waiting."""
    names = [*TERMINALS, "hostile"]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(names, pool.map(_walked, names), strict=True))


@pytest.mark.parametrize("name", TERMINALS)
def test_no_text_is_invisible_and_no_terminal_gets_what_it_cannot_show(
    name: str, walks: dict[str, tuple[list[Picture], bytes]]
) -> None:
    pictures, out = walks[name]
    assert all("unshim" in "".join(p.lines) for p in (pictures[0], pictures[1], pictures[4]))
    assert [p.hidden for p in pictures] == [() for _ in pictures]
    codes = {int(c) for m in re.findall(rb"\x1b\[([\d;]*)m", out) for c in m.split(b";") if c}
    if "no-color" in name:
        assert codes <= {0, 1, 2, 7}
    if "linux" in name or name == "vt100":
        assert all(ord(letter) < 128 for p in pictures for line in p.lines for letter in line)
    if name in SIXTEEN:
        assert not codes & {38, 48, *range(90, 108)}


@pytest.mark.parametrize("name", [*SIXTEEN, "no-color"])
def test_the_row_under_the_cursor_is_reversed_where_there_is_no_colour_for_it(
    name: str, walks: dict[str, tuple[list[Picture], bytes]]
) -> None:
    findings = walks[name][0][1]
    (row,) = [back for back in findings.reversed if len(back) > 40]
    assert "cgroup-driver-mismatch" in row


def test_hostile_text_never_reaches_the_terminal_raw(
    walks: dict[str, tuple[list[Picture], bytes]],
) -> None:
    _, out = walks["hostile"]
    assert b"CLEARED" in out
    assert b"EVIL" in out
    for raw in (b"\x1b]", b"\x1b[2J", b"\x1bP", b"\xc2\x9b", b"\xc2\x90", b"\x07", b"\x7f"):
        assert raw not in out
    text = out.decode("utf-8")
    without = re.sub(r"\x1b\[[\d;?<>=$]*[A-Za-z]", "", text)
    strange = {c for c in without if not c.isprintable() and c not in "\r\n"}
    assert strange <= {"\x1b"}
    assert set(re.findall(r"\x1b[^\[]", without)) == set()


def _ended_by_hang_up(how: tuple[bool, str]) -> int:
    ignored, keys = how
    with PtyRun("still", ignore_hangup=ignored) as run:
        run.wait(b"1.23.17")
        run.rest()
        if keys:
            run.press(keys)
        run.hang_up()
        return run.process.wait(PATIENCE)


def test_it_ends_when_its_terminal_hangs_up() -> None:
    """On each screen, and where the process was told to ignore SIGHUP as well."""
    ways = [(ignored, keys) for ignored in (False, True) for keys in ("", "m", "\rna")]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(_ended_by_hang_up, ways)) == [129] * len(ways)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals) -> None:
    with PtyRun() as run:
        run.wait(b"1.23.17")
        os.kill(run.process.pid, number)
        assert run.ended() == 129
        assert b"\x1b[?1049l\x1b[?25h" in run.out


def test_a_crash_says_one_line_without_what_was_shown() -> None:
    with PtyRun("crash") as run:
        run.wait(b"without screens")
        assert run.ended() == 2
        tail = run.out.rpartition(b"\x1b[?1049l")[2]
    assert b"unshim: a screen broke (" in tail
    assert b"AttributeError at unshim/text/escape.py:" in tail
    assert b"s3cr3t" not in run.out
    assert b"Traceback" not in run.out
