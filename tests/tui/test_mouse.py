"""The mouse: rows, titles of columns and the keys at the bottom; and without it."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.by_hand import HandEngine
from tests.tui.driving import opened, picture, seen, until
from tests.tui.pty_run import PtyRun
from tui.lines.live_columns import column_at, heading
from tui.lines.live_rows import Sorting
from tui.messages import View


async def _click(pilot: Pilot[int], words: str) -> None:
    """Click on where these words stand."""
    for y, line in enumerate(picture(pilot).splitlines()):
        if words in line:
            await pilot.click(offset=(line.index(words), y))
            return
    raise AssertionError(words)


async def test_the_second_click_on_a_row_opens_it() -> None:
    engine = HandEngine()
    async with opened(engine, "f") as pilot:
        await _click(pilot, "crictl-config-missing")
        await seen(pilot, "▸! crictl-config-missing")
        assert engine.asked == ["look"]
        await _click(pilot, "crictl-config-missing")
        await seen(pilot, "Afterwards")
    assert engine.asked == ["look", "plan crictl-config-missing"]


async def test_a_row_without_a_fix_opens_its_explanation() -> None:
    async with opened(None, "f", "down") as pilot:
        await _click(pilot, "kubelet-names-dockershim")
        await seen(pilot, "Source: Kubernetes docs")


async def test_below_the_last_row_nothing_is_clicked() -> None:
    async with opened(None, "f") as pilot:
        await pilot.click("#list", offset=(5, 7))
        await pilot.pause()
        await seen(pilot, "▸✗ cgroup-driver-mismatch")


@pytest.mark.parametrize(
    ("words", "shown"),
    [("f findings", "by severity"), ("? help", "Everywhere"), (": go", "what to do")],
)
async def test_a_click_on_a_key_presses_it(words: str, shown: str) -> None:
    async with opened(HandEngine(live=False)) as pilot:
        await seen(pilot, "Enter plan")
        await _click(pilot, words)
        await seen(pilot, shown)


async def test_a_click_behind_the_keys_presses_none() -> None:
    async with opened(HandEngine(results=()), size=(160, 30)) as pilot:
        screen = pilot.app.screen
        await pilot.click(offset=(150, 29))
        await pilot.pause()
        assert pilot.app.screen is screen
        assert pilot.app.is_running


async def test_a_click_on_a_title_sorts_and_a_second_turns_it_round() -> None:
    async with opened(None, "m", "p", size=(120, 30)) as pilot:
        await seen(pilot, "CPU %▼", "by CPU")
        await _click(pilot, "MEMORY")
        await seen(pilot, "MEMORY▼", "by memory")
        await _click(pilot, "MEMORY▼")
        await seen(pilot, "MEMORY▲", "by memory, reversed")


async def test_the_wheel_moves_the_cursor() -> None:
    async with opened(None, "f") as pilot:
        rows = pilot.app.screen.query_one("#list")
        for kind in (events.MouseScrollDown, events.MouseScrollDown, events.MouseScrollUp):
            rows.post_message(kind(rows, 1, 1, 0, 0, 0, False, False, False))
        await seen(pilot, "▸✗ kubelet-names-dockershim")


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("width", [60, 79, 140])
def test_each_cell_of_the_heading_belongs_to_the_title_over_it(view: View, width: int) -> None:
    text = heading(view, width, Sorting()).plain
    for x, letter in enumerate(text):
        if letter != " ":
            assert letter in column_at(view, width, x).title


def test_a_key_gives_the_mouse_back_to_the_terminal_and_takes_it_again() -> None:
    with PtyRun() as run:
        run.wait(b"1.23.17")
        run.rest()
        assert b"\x1b[?1000h" in run.out
        before = len(run.out)
        run.press("M")
        assert b"\x1b[?1000l" in run.out[before:]
        assert "The mouse is the terminal's now." in run.text()
        before = len(run.out)
        run.press("M")
        assert b"\x1b[?1000h" in run.out[before:]


async def test_what_the_mouse_marked_is_copied_by_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with opened(None, "f", "e") as pilot:
        await seen(pilot, "Two managers of one tree")
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        await pilot.mouse_down(offset=(2, 1))
        await pilot.hover(offset=(20, 1))
        await pilot.mouse_up(offset=(20, 1))
        await until(pilot, lambda: bool(pilot.app.screen.get_selected_text()))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: bool(copied))
        assert copied[0] in "✗ The kubelet and containerd disagree on cgroups"
        assert pilot.app.screen.get_selected_text() is None
        assert pilot.app.is_running
