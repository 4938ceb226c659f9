"""Every key that is shown does something, and help is made from the same bindings."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import RUN, HandEngine
from tests.tui.driving import opened, picture, seen, until
from tui.screens.help import commands, help_lines
from tui.terminal import app as terminal_app
from tui.widgets.keys import keys_of

PAGES = [(), ("f",), ("m",), ("t",), ("enter",), ("u",)]


@pytest.mark.parametrize("keys", PAGES)
async def test_every_shown_key_has_its_act(keys: tuple[str, ...]) -> None:
    async with opened(HandEngine(runs=(RUN,)), *keys) as pilot:
        await pilot.pause()
        screen = pilot.app.screen
        shown = keys_of(screen)
        assert shown
        for active in screen.active_bindings.values():
            action = active.binding.action.partition("(")[0]
            node = active.node
            if "." in action:
                where, action = action.split(".", 1)
                node = pilot.app if where == "app" else screen
            assert hasattr(node, f"action_{action}"), (node, action)


@pytest.mark.parametrize("keys", PAGES)
async def test_help_names_every_shown_key(keys: tuple[str, ...]) -> None:
    async with opened(HandEngine(runs=(RUN,)), *keys) as pilot:
        await pilot.pause()
        text = "\n".join(line.plain for line in help_lines(pilot.app.screen, 76))
        for key in keys_of(pilot.app.screen):
            assert key.name in text


async def test_help_opens_and_closes() -> None:
    async with opened(None, "question_mark") as pilot:
        await seen(pilot, "On this screen", "Everywhere")
        await pilot.press("escape")
        await seen(pilot, "By subject")
        await pilot.press("f1")
        await seen(pilot, "On this screen")


async def test_the_palette_offers_the_same_acts() -> None:
    async with opened() as pilot:
        offered = {one.words for one in commands(pilot.app.screen)}
        assert {"findings", "tasks", "metrics", "help", "quit", "plan"} <= offered
        await pilot.press("ctrl+p", *"findings")
        await seen(pilot, "▸ See each finding")
        await pilot.press("enter")
        await seen(pilot, "5 findings, 1 not checked")


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+backslash"])
async def test_leaving(key: str) -> None:
    async with opened(None, "f", key) as pilot:
        await until(pilot, lambda: pilot.app.return_code == 0)


@pytest.mark.parametrize("keys", [(), ("f",), ("f", "slash", "x"), ("colon",), ("f", "e")])
async def test_ctrl_c_leaves_when_it_is_pressed_again(
    keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """People press it to copy: the first one says how to leave, and does not."""
    monkeypatch.setattr(terminal_app, "AGAIN", 600.0)
    async with opened(None, *keys, "ctrl+c") as pilot:
        await seen(pilot, "^C again quits, and so does q.")
        assert pilot.app.return_code is None
        await pilot.press("ctrl+c")
        await until(pilot, lambda: pilot.app.return_code == 0)


async def test_the_key_line_never_overflows() -> None:
    async with opened(None, "f", size=(60, 20)) as pilot:
        last = picture(pilot).splitlines()[-1]
        assert len(last) <= 60
        assert last.endswith("? help  q quit")
