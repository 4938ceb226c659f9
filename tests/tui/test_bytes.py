"""What goes over the line: one frame for each turn of a screen, and nothing while nothing moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tui.pty_run import PtyRun

FRAME = 8_000
"""Bytes that a turn to another screen may cost at 80x24 in 24-bit colours."""

TURNS = (
    ("help", "?", "On this screen"),
    ("back from help", "\x1b", "Next"),
    ("findings", "f", "by severity"),
    ("filter", "/", "/"),
    ("filter closed", "\x1b", "by severity"),
    ("explain", "e", "Source: Kubernetes docs"),
    ("back from explain", "\x1b", "by severity"),
    ("plan", "\r", "+    SystemdCgroup = true"),
    ("back from plan", "\x1b", "by severity"),
    ("overview", "\x1b", "Next"),
    ("palette", "\x10", "what to do"),
    ("back from palette", "\x1b", "Next"),
    ("undo", "u", "20261120-1"),
    ("back from undo", "\x1b", "Next"),
    ("tasks", "t", "app-11"),
    ("metrics", "m", "CPU %"),
    ("pause", "p", "paused"),
    ("sort", "s", "Sort by"),
    ("back from sort", "\x1b", "CPU %"),
    ("back to the overview", "\x1b", "Next"),
)
TRUECOLOUR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@pytest.fixture
def run() -> Iterator[PtyRun]:
    with PtyRun("still", environ=TRUECOLOUR) as run:
        run.wait(b"1.23.17")
        run.rest()
        yield run


def test_each_turn_of_a_screen_sends_one_frame(run: PtyRun) -> None:
    sent = {}
    for name, key, words in TURNS:
        sent[name] = run.press(key)
        assert words in run.text(), name
    assert {name: one.bytes for name, one in sent.items() if one.bytes > FRAME} == {}
    assert {name: one.most for name, one in sent.items() if one.most != 1} == {}


def test_a_key_in_a_list_sends_little(run: PtyRun) -> None:
    run.press("f")
    moved = run.press("G")
    assert moved.most == 1
    assert moved.bytes < 3_000


def test_nothing_is_sent_while_nothing_moves(run: PtyRun) -> None:
    for keys in ("f", "\x1b", "\x10", "\x1b", "f/"):
        run.press(keys)
        assert run.heard(1.5) == b"", keys


def test_a_live_pane_sends_what_moved() -> None:
    """A hundred rows that all move, once a second; paused it is silent."""
    with PtyRun("100", "seldom", environ=TRUECOLOUR) as busy:
        busy.wait(b"1.23.17")
        busy.rest()
        busy.press("m")
        for _ in range(3):
            sample = busy.press("")  # on a slow machine it may be more than one
            assert 0 < sample.bytes / sample.most < 6_000
        busy.press("p")
        assert "paused" in busy.text()
        assert busy.heard(1.5) == b""


def test_a_terminal_scribbled_over_is_painted_anew(run: PtyRun) -> None:
    """The kernel writes over a console: ^L sends every cell again, and so does looking again."""
    whole = 80 * 24
    assert run.press("\x0c").cells == whole
    assert run.press("r").cells >= whole
