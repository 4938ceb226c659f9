"""Filter, order and folds: what they show, in which order Esc takes them back, what is kept."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import HandEngine, HandSampler, tasks
from tests.tui.driving import Opened, opened, picture, seen, until
from tui.lines.live_columns import sorts
from tui.lines.live_rows import arranged, natural
from tui.messages import View
from unshim.model.live import Sample, Usage
from unshim.model.values import Missing


def _line(pilot: Opened, number: int) -> str:
    return picture(pilot).splitlines()[number]


async def test_while_typing_the_key_line_names_what_works_then() -> None:
    async with opened(None, "f", "slash") as pilot:
        await until(pilot, lambda: _line(pilot, -1).startswith(" Enter keep the filter  Esc drop"))
        assert "explain" not in _line(pilot, -1)
        assert "quit" not in _line(pilot, -1)
        await pilot.press(*"crictl")
        await seen(pilot, " / crictl", "1 match")


async def test_esc_drops_the_filter_first_and_then_goes_back() -> None:
    async with opened(None, "f", "slash", *"crictl", "enter") as pilot:
        await seen(pilot, "1 match", " / crictl")
        await pilot.press("escape")
        await until(pilot, lambda: "match" not in _line(pilot, 1))
        assert "cgroup-driver-mismatch" in picture(pilot)
        assert " / " not in _line(pilot, 9)
        await pilot.press("escape")
        await seen(pilot, "Next")


async def test_findings_are_as_they_were_left() -> None:
    async with opened(None, "f", "s", "a", "slash", *"kubelet-fine", "enter", "down") as pilot:
        await seen(pilot, "by subject", "12 match", "▸✓ kubelet-fine-10")
        await pilot.press("o")
        await seen(pilot, "Next")
        await pilot.press("f")
        await seen(pilot, "by subject", "12 match", " / kubelet-fine", "▸✓ kubelet-fine-10")


async def test_the_live_table_is_as_it_was_left() -> None:
    async with opened(None, "t", "p") as pilot:
        await seen(pilot, "app-1 ")
        await pilot.press("z", "slash", *"default/web", "enter")
        await seen(pilot, "5 match")
        await pilot.press("m", "S")
        await seen(pilot, "by CPU, reversed")
        await pilot.press("o")
        await seen(pilot, "Next")
        await pilot.press("m")
        await seen(pilot, "5 match", " / default/web", "+ default/web-0", "by CPU, reversed")


async def test_metrics_open_at_the_top_wherever_the_cursor_was() -> None:
    engine = HandEngine(live_samples=HandSampler(count=60))
    async with opened(engine, "t", "p") as pilot:
        await seen(pilot, "1/")
        await pilot.press("G")
        await seen(pilot, "60/60")
        await pilot.press("m")
        await seen(pilot, "1/60", "CPU %▼")
        assert _line(pilot, 3).startswith("▸")
        await pilot.press("pagedown", "s", "down", "enter")
        await seen(pilot, "1/60", "MEMORY▼")


async def test_a_cursor_that_nobody_moved_stays_at_the_top_when_the_order_changes() -> None:
    """The first sample has no rates yet: what is first by name is not what is first by CPU."""

    class Late(HandSampler):
        def sample(self) -> Sample:
            whole = super().sample()
            if self.tick > 1 or isinstance(whole.tasks, Missing):
                return whole
            return whole._replace(tasks=tuple(t._replace(usage=Usage()) for t in whole.tasks))

    async with opened(HandEngine(live_samples=Late()), "m") as pilot:
        await until(pilot, lambda: " 25 " in picture(pilot) or " 24 " in picture(pilot))
        await seen(pilot, "1/12")
        assert _line(pilot, 3).startswith("▸")


async def test_the_picker_stands_over_the_table_and_not_over_nothing() -> None:
    async with opened(None, "m", "p") as pilot:
        await seen(pilot, "default/web-2")
        await pilot.press("s")
        await seen(pilot, "Sort by", "default/web-2", "host")
        await pilot.press("enter")
        await seen(pilot, "by CPU, reversed")


async def test_the_cursor_and_a_folded_pod_have_signs_of_their_own() -> None:
    async with opened(None, "t", "p") as pilot:
        await seen(pilot, "app-1 ")
        await pilot.press("down", "down", "space")
        await seen(pilot, "▸+ default/web-0")


@pytest.mark.parametrize(
    "names",
    [
        ("worker-1", "worker-2", "worker-10"),
        ("a", "a1", "a1b", "a2", "b"),
        ("2", "10", "x"),
        ("", "0"),
    ],
)
def test_names_stand_in_the_order_of_their_numbers(names: tuple[str, ...]) -> None:
    assert tuple(sorted([*names[1:], names[0]], key=natural)) == names


@pytest.mark.parametrize("view", list(View))
def test_the_other_way_round_leaves_the_unknown_last(view: View) -> None:
    unknown = tasks(3)[2]._replace(usage=Usage(), started=None, pod="", container="nobody-knows")
    for word, order in sorts(view).items():
        rows = arranged([unknown, *tasks(6)], order, ())
        back = arranged([unknown, *tasks(6)], order, (), reverse=True)
        heads = [r.key for r in rows if not r.depth and order(r.task) is not None]
        assert [r.key for r in back if not r.depth][: len(heads)] == heads[::-1], word
        if order(unknown) is None:
            assert rows[-1].task is unknown
            assert back[-1].task is unknown
