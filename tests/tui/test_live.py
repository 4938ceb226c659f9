"""Tasks and metrics as they are now."""

from __future__ import annotations

import asyncio

import pytest
from textual.message import Message

from tests.tui.by_hand import HandEngine, HandSampler, tasks
from tests.tui.driving import opened, picture, seen, until
from tui.app import UnshimApp
from tui.lines.live_columns import Moment, columns, heading, row, sorts
from tui.lines.live_rows import LiveRow, Sorting, arranged
from tui.lines.text import Line
from tui.messages import Copy, View
from tui.sampling import PERIOD
from unshim.model.live import Usage
from unshim.model.values import Missing, Why
from unshim.tell.lines import Ink

BY_NAME = sorts(View.TASKS)["name"]
BY_CPU = sorts(View.METRICS)["CPU"]


async def test_metrics_show_numbers_bars_and_the_machine() -> None:
    async with opened(None, "m") as pilot:
        await seen(pilot, "k8s.io 10", "moby 2", "CPU %", "MEMORY", "400 MiB", "by CPU")
        await seen(pilot, "host", "mem 3.1 of 16 GiB", "/var/lib/containerd 60 % of 80 GiB")


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


async def test_the_state_of_the_pane_is_said_in_words() -> None:
    async with opened(None, "m") as pilot:
        await seen(pilot, "every 1 s")
        await pilot.press("p")
        await seen(pilot, " paused ")
        assert "every 1 s" not in picture(pilot)
        assert "/var/lib/containerd 60 % of 80 GiB" in picture(pilot)


async def test_who_is_not_root_is_told_so() -> None:
    lost = Missing("containerd: /run/containerd/containerd.sock: not permitted", Why.NOT_PERMITTED)
    async with opened(HandEngine(root=False, live_samples=lost), "t") as pilot:
        await seen(pilot, "✗ tasks cannot be read: not root (sudo unshim)")


def _shown(item: LiveRow, view: View, width: int) -> Line:
    return row(item, view, width, Moment(1_700_000_100.0, {}), False)


@pytest.mark.parametrize(
    ("container", "width", "words"),
    [("web", 100, "  not kubelet's"), ("nightly-copy-1", 79, "  no pod"), ("w" * 20, 79, "")],
)
def test_whose_it_is_stands_in_words_as_far_as_there_is_room(
    container: str, width: int, words: str
) -> None:
    task = tasks(1)[0]._replace(pod="", container=container, sandbox=False)
    (item,) = arranged([task], BY_NAME, ())
    (name, _), (beside, _), *_ = _shown(item, View.METRICS, width).parts
    assert (name.strip(), beside) == (container, words)


def test_two_long_names_are_told_apart_by_their_ends() -> None:
    long = "legacy-proxy-with-a-very-long-container-name"
    made = (t._replace(pod="", container=f"{long}-{t.id[:2]}") for t in tasks(2))
    rows = arranged(made, BY_NAME, ())
    names = [_shown(item, View.METRICS, 79).parts[0][0].strip() for item in rows]
    assert all(name.startswith("legacy-pro") and "…" in name for name in names)
    assert [name[-7:] for name in names] == ["name-00", "name-01"]


def test_an_id_that_a_person_gave_is_a_name_and_a_hash_is_not() -> None:
    task = tasks(1)[0]._replace(pod="", container="")
    named, hashed = task._replace(id="a-name-that-a-person-gave"), task._replace(id="ab" * 32)
    assert [r.name for r in arranged([named], BY_NAME, ())] == ["a-name-that-a-person-gave"]
    assert [r.name for r in arranged([hashed], BY_NAME, ())] == ["abababababab"]


def test_the_tag_of_an_image_is_kept() -> None:
    image = f"registry.example.org/{'team/' * 8}web:1.2.3"
    (item,) = arranged([tasks(1)[0]._replace(image=image)], BY_NAME, ())
    text = _shown(item, View.TASKS, 160).plain
    assert " …" in text
    assert text.endswith("/web:1.2.3")


@pytest.mark.parametrize(
    ("status", "ink"),
    [("running", Ink.PLAIN), ("stopped", Ink.WARNING), ("paused", Ink.ACCENT)],
)
def test_what_does_not_run_is_coloured(status: str, ink: Ink) -> None:
    (item,) = arranged([tasks(1)[0]._replace(status=status)], BY_NAME, ())
    assert (f" {status:<8}", ink) in _shown(item, View.TASKS, 100).parts


async def test_enter_shows_all_of_a_pod_and_y_copies_what_is_cut() -> None:
    messages: list[Message] = []
    app = UnshimApp(HandEngine())
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await seen(pilot, "2 errors")
        await pilot.press("t")
        await seen(pilot, "default/web-0")
        await pilot.press("slash", *"web-0", "enter", "g", "y", "enter")
        await seen(pilot, f"id        {tasks(2)[1].id}", "image     registry.example.com/web:1")
        await pilot.press("enter")
        await seen(pilot, "POD / CONTAINER")
        await pilot.press("down", "y")
        await pilot.pause()
    copied = [m.text for m in {id(m): m for m in messages if isinstance(m, Copy)}.values()]
    assert copied == ["default/web-0", tasks(2)[1].id]
