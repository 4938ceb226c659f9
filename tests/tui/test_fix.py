"""The plan of a fix, and the yes that no stray key gives."""

from __future__ import annotations

import string
import threading

import pytest
from textual import events

from tests.tui.by_hand import REFUSED, RUN, UNDONE, HandEngine, plan
from tests.tui.driving import Opened, opened, picture, seen, until
from tui.widgets import confirm
from tui.widgets.confirm import Confirm, TypedOnly
from unshim.model.session import Ended, Run


async def _typed(pilot: Opened, name: str = "node-7") -> None:
    """Type the name, and wait until Enter counts."""
    await pilot.press("a", *name)
    await seen(pilot, "Press Enter to")


async def test_the_plan_shows_diff_steps_forecast_and_warnings() -> None:
    async with opened(None, "enter") as pilot:
        await seen(
            pilot,
            "-    SystemdCgroup = false",
            "+    SystemdCgroup = true",
            "This restarts containerd",
            "1  write /etc/containerd/config.toml",
            "2  systemctl restart containerd",
            "cgroup-driver-mismatch  ✗ → ✓  expected",
            "no other check is affected",
            "! pods made under the other driver",
        )


async def test_a_plan_that_cannot_be_made_says_why() -> None:
    engine = HandEngine(made=RuntimeError("the file changed while it was read"))
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "No plan could be made: the file changed")
        assert "a apply" not in picture(pilot)


async def test_apply_says_why_it_is_not_offered_here() -> None:
    async with opened(HandEngine(only_reads=True), "enter") as pilot:
        await seen(pilot, "Afterwards")
        assert "a apply" not in picture(pilot)
        await pilot.press("a")
        said = "Nothing can be applied here: unshim was started read-only."
        await until(pilot, lambda: picture(pilot).splitlines()[-1].strip() == said)


async def test_typing_the_name_and_enter_applies_and_looks_again() -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await _typed(pilot)
        await seen(pilot, "Press Enter to apply.")
        await pilot.press("enter")
        await seen(
            pilot,
            "What was done",
            "✓ 2/2",
            "✓ Done.",
            "fail → pass",
            "run 20261120-1",
            "Now: This node",
        )
    assert engine.asked == ["look", "plan cgroup-driver-mismatch", "apply", "look"]


@pytest.fixture
def armed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Enter counts at once, so that nothing hangs on how fast the keys come."""
    monkeypatch.setattr(confirm, "ARMING", 0.0)


@pytest.mark.usefixtures("armed")
async def test_no_single_key_applies() -> None:
    engine = HandEngine()
    keys = [*string.ascii_lowercase, "Y", "A", "1", "enter", "space", "tab", "delete", "f2"]
    leaving = {"q", "o", "f", "t", "m", "u", "escape"}
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        for key in keys:
            if key not in leaving:
                await pilot.press(key)
        await pilot.press("enter", "enter", "y", "enter")
        assert "That is not node-7." in picture(pilot)
    assert "apply" not in engine.asked


async def test_the_right_name_with_enter_at_once_does_not_apply(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confirm, "ARMING", 600.0)  # however slowly the keys come
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await pilot.press("a", *"node-", "7", "enter")
        await seen(pilot, "A moment, then Enter again.")
    assert "apply" not in engine.asked


@pytest.mark.usefixtures("armed")
async def test_pasted_text_is_not_taken() -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await pilot.press("a")
        pilot.app.post_message(events.Paste("node-7"))
        await seen(pilot, "Pasted text is not taken.")
        assert pilot.app.screen.query_one(TypedOnly).value == ""
        await pilot.press("ctrl+v", "enter")
    assert "apply" not in engine.asked


@pytest.mark.usefixtures("armed")
@pytest.mark.parametrize("name", ["node-8", "NODE-7", "node-7 ", "node-"])
async def test_another_name_does_not_apply(name: str) -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        keys = ["space" if letter == " " else letter for letter in name]
        await pilot.press("a", *keys)
        await pilot.press("enter")
        await seen(pilot, "That is not node-7.")
    assert "apply" not in engine.asked


async def test_esc_keeps_everything_and_forgets_the_name() -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await _typed(pilot)
        await pilot.press("escape")
        assert "Type node-7" not in picture(pilot)
        await pilot.press("enter", "a", "enter")
        await seen(pilot, "That is not node-7.")
    assert "apply" not in engine.asked


async def test_a_refusal_shows_its_reason_and_the_commands_by_hand() -> None:
    engine = HandEngine(made=plan(refusals=(REFUSED,), fixes=(), steps=(), diffs=(), forecast=()))
    async with opened(engine, "enter") as pilot:
        await seen(
            pilot,
            "✗ Refused: Use the systemd cgroup driver",
            "this node still runs 14 pods",
            "    kubectl drain node-7 --ignore-daemonsets",
        )
        assert "a apply" not in picture(pilot)


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        (HandEngine(only_reads=True), "read-only"),
        (HandEngine(live=False), "not a live machine"),
        (HandEngine(root=False), "not root"),
    ],
)
async def test_where_nothing_may_be_applied_it_says_why(engine: HandEngine, why: str) -> None:
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards", why)
        assert "a apply" not in picture(pilot)
        await pilot.press("a")
        assert not pilot.app.screen.query_one(Confirm).has_class("-open")
    assert "apply" not in engine.asked


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (Ended.NOTHING, "Nothing had to be done."),
        (Ended.UNDONE, "It failed and was undone"),
        (Ended.INCOMPLETE, "could not be fully undone"),
        (Ended.REFUSED, "nothing was changed"),
    ],
)
async def test_every_end_is_told(end: Ended, words: str) -> None:
    async with opened(HandEngine(end=end), "enter") as pilot:
        await seen(pilot, "Afterwards")
        await _typed(pilot)
        await pilot.press("enter")
        await seen(pilot, words)


async def test_a_look_that_began_before_the_end_is_not_taken_for_the_fresh_one() -> None:
    engine = HandEngine()
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        engine.hold = threading.Event()
        await pilot.press("r")
        await _typed(pilot)
        await pilot.press("enter")
        await seen(pilot, "looking again")
        engine.hold.set()
        await seen(pilot, "Now: This node")
    assert engine.asked.count("look") == 3


async def test_leaving_while_steps_run_asks_once_more() -> None:
    engine = HandEngine(slow=threading.Event())
    async with opened(engine, "enter") as pilot:
        await seen(pilot, "Afterwards")
        await _typed(pilot)
        await pilot.press("enter")
        await seen(pilot, "The steps go on without this terminal")
        await pilot.press("q", "escape", "o", "u", "r")
        assert pilot.app.is_running
        assert "1/2" in picture(pilot)
        assert engine.slow is not None
        engine.slow.set()
        await seen(pilot, "✓ Done.")


async def test_undo_shows_the_last_run_and_asks_the_same_yes() -> None:
    engine = HandEngine(runs=(UNDONE, RUN))
    async with opened(engine, "u") as pilot:
        await seen(
            pilot,
            "Newest run that can be undone",
            "20261121-2",
            "undone",
            "-    SystemdCgroup = true",
            "+    SystemdCgroup = false",
            "1  put back /etc/containerd/config.toml",
            "2  systemctl restart containerd",
        )
        await _typed(pilot)
        await pilot.press("enter")
        await seen(pilot, "everything is as it was")
    assert engine.asked == ["look", "undo 20261120-1", "look"]


@pytest.mark.parametrize("runs", [(), (UNDONE,)])
async def test_undo_with_nothing_that_stands_offers_nothing(runs: tuple[Run, ...]) -> None:
    async with opened(HandEngine(runs=runs), "u") as pilot:
        await seen(pilot, "nothing to undo")
        assert "a apply" not in picture(pilot)


@pytest.mark.parametrize(
    "engine", [HandEngine(only_reads=True), HandEngine(live=False), HandEngine(root=False)]
)
async def test_undo_is_not_offered_where_it_is_not_allowed(engine: HandEngine) -> None:
    async with opened(engine, "u") as pilot:
        assert "By subject" in picture(pilot)
