"""No secret of a node stands on a screen: planted in every form, looked for in the pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import planted, trees
from tests.laws import nodes
from tests.tui.driving import picture, seen
from tui.app import UnshimApp
from tui.terminal.terminal import Terminal
from unshim.engine import Engine

SCREENS = {
    "overview": ((), "Next"),
    "findings": (("f",), ""),
    "all checks": (("f", "a"), "a: hide"),
    "a plan": (("enter",), "Afterwards"),
    "another plan": (("f", "down", "down", "enter"), ""),
    "help": (("question_mark",), ""),
}


@pytest.mark.parametrize("screen", SCREENS)
async def test_none_is_on_a_screen(tmp_path: Path, screen: str) -> None:
    keys, words = SCREENS[screen]
    engine = Engine(trees.tree(tmp_path, planted.FILES), nodes.CHECKS, nodes.FIXES, True)
    app = UnshimApp(engine, "", Terminal())
    async with app.run_test(size=(160, 100)) as pilot:
        await seen(pilot, f"{len(nodes.CHECKS)} checks")
        await pilot.press(*keys)
        await seen(pilot, words)
        await pilot.pause()
        svg = pilot.app.export_screenshot()
        assert len(svg) > 5000
        # Textual writes blanks as &#160; and splits a text where its style changes.
        assert planted.leaked(svg + picture(pilot)) == []
