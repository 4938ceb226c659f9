"""The screens as text, over recorded nodes. UNSHIM_UPDATE=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.driving import opened, picture, seen
from tests.tui.recorded import recorded
from tui.terminal.terminal import Colours, Terminal

GOLDEN = Path(__file__).with_name("golden")
CONSOLE = Terminal(ascii_only=True, colours=Colours.NONE)

SCENES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "overview-dockershim": ("dockershim", (), "gone in 1.24"),
    "overview-half-migrated": ("half-migrated", (), "another cgroup driver"),
    "overview-healthy": ("containerd-healthy", (), "nothing here is wrong"),
    "overview-seen-by-nobody": ("half-migrated-seen-by-nobody", (), "could not be checked"),
    "findings-half-migrated": (
        "half-migrated",
        ("f", "down", "down"),
        "images-wrong-namespace · images",
    ),
    "findings-all": ("dockershim", ("f", "a", "G"), "a: hide"),
    "fix-crictl": ("containerd-crictl-without-configuration", ("f", "enter"), "Afterwards"),
    "help": ("dockershim", ("f", "question_mark"), "On this screen"),
}


async def _shown(name: str, size: tuple[int, int], terminal: Terminal) -> str:
    node, keys, words = SCENES[name]
    async with opened(recorded(node), *keys, size=size, terminal=terminal) as pilot:
        await seen(pilot, words)
        await pilot.pause()
        return picture(pilot)


def _same(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UNSHIM_UPDATE"):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: UNSHIM_UPDATE=1 writes it"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCENES)
async def test_narrow(name: str) -> None:
    _same(f"{name}-80x24", await _shown(name, (80, 24), Terminal()))


@pytest.mark.parametrize("name", ["overview-half-migrated", "findings-half-migrated"])
async def test_wide(name: str) -> None:
    _same(f"{name}-160x50", await _shown(name, (160, 50), Terminal()))


@pytest.mark.parametrize("name", ["overview-dockershim", "fix-crictl"])
async def test_on_a_console_without_glyphs(name: str) -> None:
    text = await _shown(name, (80, 24), CONSOLE)
    assert text.isascii()
    _same(f"{name}-ascii", text)


async def test_the_live_pane() -> None:
    engine = recorded("containerd-healthy", live=True)
    async with opened(engine, "m") as pilot:
        await seen(pilot, "coredns", "by CPU")
        await pilot.press("p")
        await seen(pilot, "paused", "legacy-proxy")
        assert "kube-system/cilium-lq4ns" in picture(pilot)
