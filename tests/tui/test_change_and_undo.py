"""What fix and undo share on a screen: reading, copying, a failure half-way, a journal unread."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.message import Message

from tests.tui.by_hand import RUN, UNDONE, HandEngine, plan
from tests.tui.driving import Opened, opened, picture, seen
from tui.app import UnshimApp
from tui.messages import Copy
from tui.widgets.confirm import Confirm, TypedOnly
from unshim.model.plan import FileDiff
from unshim.model.session import Applied, Progress, Run


class Breaking(HandEngine):
    """An engine whose journal and whose undo fail."""

    def journal(self) -> tuple[Run, ...]:
        if not self.runs:
            raise OSError("the disk\nis gone")
        return self.runs

    def undo(self, run: str, progress: Callable[[Progress], None]) -> Applied:
        progress(Progress(1, 2, "put /etc/containerd/config.toml back", True))
        raise RuntimeError("the worker was killed")


async def _confirmed(pilot: Opened, act: str = "undo") -> None:
    """Type the name, wait until Enter counts, and give it."""
    await pilot.press("a", *"node-7")
    await seen(pilot, f"Press Enter to {act}. Esc cancels, nothing changes.")
    await pilot.press("enter")


async def test_a_journal_that_cannot_be_read_says_why_and_offers_nothing() -> None:
    async with opened(Breaking(), "u") as pilot:
        await seen(pilot, "✗ The journal could not be read: the disk")
        assert "a undo" not in picture(pilot)


async def test_what_fails_half_way_keeps_the_steps_that_were_done() -> None:
    async with opened(Breaking(runs=(RUN,)), "u") as pilot:
        await seen(pilot, "Newest run that can be undone")
        await _confirmed(pilot)
        await seen(pilot, "✓ 1/2  put", "✗ It stopped half-way: the worker was killed")
        assert "The steps go on" not in picture(pilot)


async def test_the_newest_run_that_stands_is_undone_and_others_are_listed() -> None:
    older = RUN._replace(id="20261101-9", fixes=("an-older-fix",))
    engine = HandEngine(runs=(UNDONE, RUN, older))
    async with opened(engine, "u") as pilot:
        await seen(pilot, "Other runs", "20261101-9", "an-older-fix")
        text = picture(pilot)
        assert text.index(RUN.id) < text.index("Other runs") < text.index(UNDONE.id)
        await _confirmed(pilot)
        await seen(pilot, "everything is as it was")
    assert f"undo {RUN.id}" in engine.asked


async def test_every_run_that_stands_can_be_opened_and_undone() -> None:
    older = RUN._replace(id="20261101-9", fixes=("an-older-fix",))
    engine = HandEngine(runs=(RUN, UNDONE, older))
    async with opened(engine, "u") as pilot:
        await seen(pilot, "Newest run that can be undone", "→ older run")
        assert "← newer run" not in picture(pilot)
        await pilot.press("right")
        await seen(pilot, "Run 2 of 2 that can be undone", "← newer run")
        assert "older run" not in picture(pilot)
        await _confirmed(pilot)
        await seen(pilot, "everything is as it was")
        assert "newer run" not in picture(pilot)
    assert f"undo {older.id}" in engine.asked


async def test_a_run_that_may_not_be_undone_now_says_why_and_offers_nothing() -> None:
    engine = HandEngine(runs=(RUN,), refused={RUN.id: "/etc/x was changed since that run"})
    async with opened(engine, "u") as pilot:
        await seen(pilot, "✗ It cannot be undone now: /etc/x was changed since that run")
        assert "a undo" not in picture(pilot)
        await pilot.press("a")
        assert not pilot.app.screen.query_one(Confirm).has_class("-open")


async def test_the_way_back_is_a_key_away_at_once_after_an_apply() -> None:
    async with opened(HandEngine(runs=(RUN,)), "enter") as pilot:
        await seen(pilot, "Afterwards")
        await _confirmed(pilot, "apply")
        await seen(pilot, "Now: This node", "u undo")
        await pilot.press("u")
        await seen(pilot, "Newest run that can be undone")
        assert "u undo" not in picture(pilot)


async def test_after_the_end_nothing_can_be_begun_again() -> None:
    engine = HandEngine(runs=(RUN,))
    async with opened(engine, "u") as pilot:
        await seen(pilot, "Newest run that can be undone")
        await _confirmed(pilot)
        await seen(pilot, "Now: This node")
        assert "a undo" not in picture(pilot)
        await pilot.press("a")
        assert not pilot.app.screen.query_one(Confirm).has_class("-open")
        await pilot.press("escape")
        await seen(pilot, "By subject")


async def test_what_is_read_can_be_copied_whole() -> None:
    messages: list[Message] = []
    app = UnshimApp(HandEngine())
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await seen(pilot, "2 errors")
        await pilot.press("enter")
        await seen(pilot, "Afterwards")
        await pilot.press("y")
        await pilot.pause()
    (text,) = {m.text for m in messages if isinstance(m, Copy)}
    assert "+    SystemdCgroup = true\n" in text
    assert "no other check is affected" in text
    assert all(line == line.rstrip() for line in text.split("\n"))


async def test_no_line_that_is_copied_was_broken() -> None:
    long = f"+    image = {'registry.example.org/' * 6}"
    made = plan(diffs=(FileDiff("/etc/x", ("--- /etc/x", "+++ /etc/x", long)),))
    messages: list[Message] = []
    app = UnshimApp(HandEngine(made=made))
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await seen(pilot, "2 errors")
        await pilot.press("enter")
        await seen(pilot, "registry.example.org", "  … ")
        await pilot.press("y")
        await pilot.pause()
    (text,) = {m.text for m in messages if isinstance(m, Copy)}
    assert long in text.splitlines()


@pytest.mark.parametrize("name", ["", "yes"])
async def test_a_node_without_a_name_is_confirmed_by_yes(name: str) -> None:
    engine = HandEngine(name=name)
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await pilot.press("a")
        await seen(pilot, "Type yes and Enter to apply.")
        assert pilot.app.focused is pilot.app.screen.query_one(TypedOnly)
        await pilot.press(*"yes")
        await seen(pilot, "Press Enter to apply.")
        await pilot.press("enter")
        await seen(pilot, "✓ Done.")
    assert "apply" in engine.asked


async def test_a_name_that_was_right_and_is_no_more_does_not_count() -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await pilot.press("a", *"node-7")
        await seen(pilot, "Press Enter to apply.")
        await pilot.press("x", "enter")
        await seen(pilot, "That is not node-7.")
    assert "apply" not in engine.asked
