"""Tasks and metrics as they are now."""

from __future__ import annotations

import asyncio

import pytest

from tests.tui.by_hand import HandEngine, HandSampler, tasks
from tests.tui.driving import opened, picture, seen, until
from tui.lines.live_columns import BARS, Moment, columns, heading, row, sorts, spark
from tui.lines.live_rows import Sorting, arranged
from tui.messages import View
from tui.sampling import PERIOD
from unshim.model.live import Usage
from unshim.model.values import Missing, Why

BY_NAME = sorts(View.TASKS)["name"]
BY_CPU = sorts(View.METRICS)["CPU"]


async def test_metrics_show_numbers_bars_and_the_machine() -> None:
    async with opened(None, "m") as pilot:
        await seen(pilot, "k8s.io 10", "moby 2", "CPU %", "MEMORY", "400 MiB", "by CPU")
        await seen(pilot, "host", "mem 3.1 of 16 GiB", "/var/lib/containerd 48 of 80 GiB")


async def test_tasks_show_what_runs_where() -> None:
    async with opened(None, "t", size=(160, 40)) as pilot:
        await seen(pilot, "POD / CONTAINER", "PID", "4001", "01c0ffeec0ff", "app-1", "running")
        await seen(pilot, "registry.example.com/web:1", "by name")


async def test_both_keys_turn_one_pane_and_ask_one_sampler() -> None:
    sampler = HandSampler()
    async with opened(HandEngine(live_samples=sampler), "m") as pilot:
        await seen(pilot, "CPU %")
        await pilot.press("t")
        await seen(pilot, "PID")
        assert "t tasks" not in picture(pilot)
        assert "m metrics" in picture(pilot)
        await pilot.press("o")
        await until(pilot, lambda: sampler.closed)


async def test_pause_holds_the_picture_still() -> None:
    sampler = HandSampler()
    async with opened(HandEngine(live_samples=sampler), "m") as pilot:
        await seen(pilot, "host")
        await pilot.press("p")
        await seen(pilot, "paused")
        # A sample that was being taken then may still come; no other does.
        tick = sampler.tick
        await asyncio.sleep(2 * PERIOD)
        assert sampler.tick <= tick + 1
        before = picture(pilot)
        await asyncio.sleep(PERIOD)
        assert picture(pilot) == before
        await pilot.press("p")
        await until(pilot, lambda: sampler.tick > tick)


async def test_a_lost_daemon_is_seen_and_heals() -> None:
    sampler = HandSampler()
    async with opened(HandEngine(live_samples=sampler), "m") as pilot:
        await seen(pilot, "k8s.io 10")
        sampler.lost = "containerd does not answer"
        await seen(pilot, "✗ no fresh tasks: containerd does not answer", "app-11")
        sampler.lost = ""
        await until(pilot, lambda: "no fresh" not in picture(pilot))


async def test_without_a_sampler_it_says_why() -> None:
    async with opened(HandEngine(live_samples=Missing("no socket", Why.NOT_PRESENT)), "t") as pilot:
        await seen(pilot, "no fresh tasks: no socket")


async def test_filter_sort_and_fold() -> None:
    async with opened(None, "t") as pilot:
        await seen(pilot, "app-1 ")
        await pilot.press("slash", *"moby", "enter")
        await seen(pilot, "2 match", "app-11")
        assert "web-" not in picture(pilot)
        await pilot.press("slash", "escape")
        await pilot.press("g", "down", "down", "space")
        await until(pilot, lambda: "+ default/web-0" in picture(pilot))
        assert "app-1 " not in picture(pilot)
        await pilot.press("z")
        await until(pilot, lambda: "+ default/web" not in picture(pilot))
        await pilot.press("s", "down", "down", "enter")
        await seen(pilot, "by namespace")


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("width", [40, 58, 79, 100, 158, 240])
def test_rows_and_heading_fill_the_width_exactly(view: View, width: int) -> None:
    moment = Moment(1_700_000_100.0, {})
    assert heading(view, width, Sorting()).width == width
    for item in arranged(tasks(), BY_CPU, ()):
        assert row(item, view, width, moment, False).width == width


def test_the_narrow_metrics_keep_cpu_memory_and_limit() -> None:
    titles = {c.title for c in columns(View.METRICS, 79)}
    assert {"CPU %", "MEMORY", "LIMIT"} <= titles


def test_a_pod_sums_its_tasks_and_folds_over_its_containers() -> None:
    rows = arranged(tasks(4), BY_NAME, ())
    pod = next(r for r in rows if r.depth == 0 and r.task.pod)
    cpus = [t.usage.cpu for t in tasks(4) if t.pod == pod.name and t.usage.cpu is not None]
    assert pod.task.usage.cpu == pytest.approx(sum(cpus))
    folded = arranged(tasks(4), BY_NAME, {pod.key})
    assert len(folded) == len(rows) - 1


def test_rates_not_known_yet_show_as_such_and_sort_last() -> None:
    unknown = tasks(3)[2]._replace(usage=Usage())
    rows = arranged([unknown, *tasks(2)], BY_CPU, ())
    assert rows[-1].task.usage.cpu is None
    text = row(rows[-1], View.METRICS, 120, Moment(0.0, {}), False).plain
    assert text.count("–") >= 4


def test_sparks_scale_to_the_highest_and_stay_flat_for_nothing() -> None:
    assert spark([0, 0, 0], 3) == BARS[0] * 3
    assert spark([0, 50, 100], 3) == "▁▅█"
    assert spark([100], 4) == "   █"
