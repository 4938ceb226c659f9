"""Single lines of widgets: keys as they are printed, a chain by its width."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import CHAIN, HandEngine
from tests.tui.driving import opened, picture, seen
from tui.widgets.chain import OUTLINE, drawn
from tui.widgets.keys import name_of
from unshim.model.session import Hop, HopState
from unshim.tell.lines import Ink


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("question_mark", "?"),
        ("slash", "/"),
        ("escape", "Esc"),
        ("ctrl+p", "^p"),
        ("circumflex_accent", "^"),
        ("enter", "Enter"),
        ("T", "T"),
    ],
)
def test_a_key_is_named_as_it_is_printed(key: str, name: str) -> None:
    assert name_of(key) == name


def test_the_arrows_give_way_before_the_chain_turns() -> None:
    """Across with shorter and shorter arrows, then a hop a line."""
    arrows = {width: drawn(CHAIN, width)[0].plain for width in range(90, 30, -1)}
    kinds = [
        next((a for a in (" ──▶ ", " ─▶ ", " ▶ ") if a in line), "down") for line in arrows.values()
    ]
    assert list(dict.fromkeys(kinds)) == [" ──▶ ", " ─▶ ", " ▶ ", "down"]


def test_the_outline_takes_as_many_lines_as_a_chain_with_a_note() -> None:
    """So that nothing below it moves when it becomes known."""
    assert len(drawn(OUTLINE, 100)) == len(drawn(CHAIN, 100)) == 3


def test_a_note_at_the_end_of_the_line_moves_left_to_be_whole() -> None:
    broken = Hop("runc", "1.1.5", HopState.BROKEN, "it is not on this machine any more")
    lines = drawn([*CHAIN[:1], broken], 40)
    assert lines[2].plain.rstrip().endswith(broken.note)
    assert lines[2].width <= 40


def test_a_broken_hop_is_marked_by_sign_and_by_ink() -> None:
    broken = Hop("runc", "1.1.5", HopState.BROKEN)
    for width in (80, 10):
        parts = [part for line in drawn([CHAIN[0], broken], width) for part in line.parts]
        assert ("✗ ", Ink.ERROR) in parts and ("runc", Ink.ERROR) in parts


@pytest.mark.parametrize("width", [60, 200])
async def test_the_head_keeps_the_badge_at_its_end_however_long_the_name(width: int) -> None:
    engine = HandEngine(name="n" * 100)
    async with opened(engine, size=(width, 24)) as pilot:
        await seen(pilot, "root")
        head = picture(pilot).splitlines()[0]
        assert head.rstrip().endswith(" root") and len(head) <= width
        assert ("…" in head) == (width == 60)
