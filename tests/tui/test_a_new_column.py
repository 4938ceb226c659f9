"""A live column is added in one place. This one says how much of its limit a task's memory is."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import tasks
from tests.tui.driving import opened, picture, seen
from tui.lines import live_columns
from tui.lines.live_columns import COLUMNS, Column, Moment, columns, heading, most, row, sorts
from tui.lines.live_rows import Sorting, arranged
from tui.messages import View
from unshim.model.live import Usage
from unshim.tell.units import percent

NOW = Moment(0.0, {})


def _share(usage: Usage) -> float | None:
    return 100 * usage.memory / usage.limit if usage.memory and usage.limit else None


OF_LIMIT = Column(
    "OF LIMIT",
    9,
    lambda item, _: percent(_share(item.task.usage)),
    {View.METRICS: 3},
    right=True,
    sort="share of limit",
    order=most(_share),
)


@pytest.fixture(autouse=True)
def _one_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_columns, "COLUMNS", (*COLUMNS, OF_LIMIT))


def test_it_stands_where_its_rank_lets_it_and_in_its_view_alone() -> None:
    assert OF_LIMIT in columns(View.METRICS, 100)
    assert OF_LIMIT not in columns(View.METRICS, 40)
    assert OF_LIMIT not in columns(View.TASKS, 400)
    assert heading(View.METRICS, 100, Sorting()).plain.endswith(" OF LIMIT")


def test_a_container_and_its_pod_have_a_value() -> None:
    rows = arranged(tasks(4), sorts(View.METRICS)["share of limit"], ())
    texts = [row(item, View.METRICS, 100, NOW, False).plain[-9:].strip() for item in rows]
    shares = [_share(item.task.usage) for item in rows]
    assert texts == [percent(share) for share in shares]
    assert len({text for text in texts if text != "–"}) > 1


def test_its_order_puts_the_largest_first_and_the_unknown_last() -> None:
    rows = arranged(tasks(12), sorts(View.METRICS)["share of limit"], ())
    shares = [_share(item.task.usage) for item in rows if not item.depth]
    known = [share for share in shares if share is not None]
    assert known == sorted(known, reverse=True)
    assert shares == [*known, *[None] * (len(shares) - len(known))]
    assert len(known) > 1


async def test_the_pane_shows_it_and_sorts_by_it() -> None:
    async with opened(None, "m", size=(160, 40)) as pilot:
        await seen(pilot, "OF LIMIT", "by CPU")
        for _ in range(len(sorts(View.METRICS))):
            await pilot.press("s")
            await seen(pilot, "Sort by")
            await pilot.press("down", "enter")
            await seen(pilot, "host")
            if "by share of limit" in picture(pilot):
                return
        raise AssertionError("the new order is not offered")
