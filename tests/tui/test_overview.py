"""The opening screen: an outline at once, then the verdict, the chain and the acts."""

from __future__ import annotations

import re
import threading

import pytest
from textual.message import Message

from tests.tui.by_hand import CHAIN, REFUSED, RESULTS, HandEngine, plan
from tests.tui.driving import opened, picture, seen, until
from tui.app import UnshimApp
from tui.lines.text import Line
from tui.messages import Looked
from tui.widgets.chain import Chain, drawn
from unshim.model.plan import Disturbs
from unshim.model.session import Hop, HopState, Run, Suggestion
from unshim.tell.lines import Ink


async def test_the_outline_stands_before_anything_is_known() -> None:
    engine = HandEngine(hold=threading.Event())
    async with opened(engine) as pilot:
        assert "Looking at this node" in picture(pilot)
        assert "kubelet ──▶ … ──▶ containerd ──▶ shim ──▶ runc" in picture(pilot)
        assert engine.hold is not None
        engine.hold.set()
        await seen(pilot, "still runs its pods through dockershim")


async def test_the_verdict_comes_as_one_message() -> None:
    messages: list[Message] = []
    app = UnshimApp(HandEngine())
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await seen(pilot, "2 errors")
    looked = {id(m) for m in messages if isinstance(m, Looked)}
    assert len(looked) == 1


async def test_the_broken_hop_is_marked_with_its_reason() -> None:
    async with opened() as pilot:
        lines = picture(pilot).splitlines()
        names = next(line for line in lines if "runc" in line)
        note = next(line for line in lines if "▲ gone in 1.24" in line)
        assert "✗ dockershim" in names
        assert names.index("✗ dockershim") == note.index("▲")


RUN = Run("000003-x", 0.0, "anna", ("a-check",), (), "unfinished", Disturbs.NOTHING)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_change_that_is_not_at_its_end_stands_above_the_verdict(
    size: tuple[int, int],
) -> None:
    async with opened(HandEngine(open_run=RUN), size=size) as pilot:
        order = re.compile("Run 000003 .*`unshim undo 000003`.*still runs its pods")
        await until(pilot, lambda: bool(order.search(" ".join(picture(pilot).split()))))


async def test_a_run_of_somebody_else_is_followed_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.app.AGAIN", 0.05)
    engine = HandEngine(open_run=RUN._replace(state="running"))
    async with opened(engine) as pilot:
        await seen(pilot, "(a-check) is being carried out")
        await until(pilot, lambda: engine.asked.count("look") > 2)
        engine.open_run = None
        await seen(pilot, "is at its end")
        assert "is being carried out" not in picture(pilot)


def test_what_only_warns_is_no_broken_hop() -> None:
    warned = CHAIN[1]._replace(state=HopState.WARNED)
    (names, _, note) = drawn((CHAIN[0], warned, *CHAIN[2:]), 100)
    assert "! dockershim" in names.plain and "✗" not in names.plain
    assert ("▲ gone in 1.24", Ink.WARNING) in note.parts


async def test_acts_stand_with_their_price_and_lead_to_their_plan() -> None:
    engine = HandEngine()
    async with opened(engine) as pilot:
        assert "restarts containerd, pods keep running, 1 file" in picture(pilot)
        await pilot.press("down", "enter")
        await seen(pilot, "Afterwards")
    assert engine.asked == ["look", "plan crictl-config-missing"]


@pytest.mark.parametrize(
    ("key", "asked", "words"),
    [
        ("1", ["look", "plan cgroup-driver-mismatch"], "Afterwards"),
        ("2", ["look", "plan crictl-config-missing"], "Afterwards"),
        ("3", ["look"], "kubelet-names-dockershim · kubelet · error"),
    ],
)
async def test_a_number_opens_what_is_next(key: str, asked: list[str], words: str) -> None:
    engine = HandEngine()
    async with opened(engine, key) as pilot:
        await seen(pilot, words)
    assert engine.asked == asked


async def test_what_must_come_first_says_so_and_leads_to_the_plan_that_needs_it() -> None:
    first = Suggestion("docker save pause | ctr import -", "cgroup-driver-mismatch", False, True)
    engine = HandEngine(suggestions=(first,), made=plan(steps=(), refusals=(REFUSED,)))
    async with opened(engine, size=(110, 30)) as pilot:
        await seen(pilot, "docker save pause", "first, Enter shows why", "Enter plan")
        await pilot.press("enter")
        await seen(pilot, "✗ Refused: ", "needs it drained")
    assert engine.asked == ["look", "plan cgroup-driver-mismatch"]


async def test_a_number_that_stands_for_nothing_opens_nothing() -> None:
    engine = HandEngine(results=RESULTS[-1:], suggestions=())
    async with opened(engine, "1", "3") as pilot:
        assert "By subject" in picture(pilot)
    assert engine.asked == ["look"]


async def test_what_does_not_stand_under_next_is_counted() -> None:
    async with opened() as pilot:
        assert "Next   1 more: f" in picture(pilot)


async def test_findings_stand_before_the_table_and_use_the_room_there_is() -> None:
    async with opened(size=(100, 30)) as pilot:
        await seen(pilot, "i sandbox-image-legacy", "By subject")
        lines = [line.strip() for line in picture(pilot).splitlines()]
        found = lines.index("Found")
        assert [line.split()[1] for line in lines[found + 1 : found + 6]] == [
            "cgroup-driver-mismatch",
            "kubelet-names-dockershim",
            "crictl-config-missing",
            "log-rotation-lost",
            "sandbox-image-legacy",
        ]
        assert found < next(n for n, line in enumerate(lines) if line.startswith("By subject"))


async def test_an_act_without_a_fix_has_no_plan_key_but_an_explanation() -> None:
    engine = HandEngine()
    async with opened(engine, "down", "down") as pilot:
        assert "enter plan" not in picture(pilot)
        await pilot.press("enter")
        assert engine.asked == ["look"]
        await pilot.press("e")
        await seen(pilot, "kubelet-names-dockershim · kubelet · error")


async def test_a_failed_look_says_why_and_can_be_tried_again() -> None:
    engine = HandEngine(cannot_look="the machine\nis gone", hold=threading.Event())
    assert engine.hold is not None
    engine.hold.set()
    async with opened(engine) as pilot:
        await seen(pilot, "could not be looked at", "the machine")
        engine.cannot_look = ""
        await pilot.press("r")
        await seen(pilot, "still runs its pods through dockershim")


@pytest.mark.parametrize(
    ("engine", "badge"),
    [
        (HandEngine(), "root"),
        (HandEngine(root=False), "not root"),
        (HandEngine(only_reads=True), "READ-ONLY"),
        (HandEngine(live=False), "RECORDED"),
    ],
)
async def test_the_head_says_what_may_be_done(engine: HandEngine, badge: str) -> None:
    async with opened(engine, banner="demo node: nothing here is real") as pilot:
        head = picture(pilot).splitlines()[0]
        assert head.rstrip().endswith(" " + badge)
        assert "demo node: nothing here is real" in picture(pilot).splitlines()[1]
        assert "node-7" in head


async def test_live_panes_are_offered_on_a_live_node_alone() -> None:
    async with opened(HandEngine(live=False), "t") as pilot:
        assert "t tasks" not in picture(pilot)
        assert "By subject" in picture(pilot)


async def test_too_small_a_terminal_gets_one_clear_line() -> None:
    async with opened() as pilot:
        await pilot.resize_terminal(50, 10)
        await seen(pilot, "Too small")
        assert len([line for line in picture(pilot).splitlines() if line.strip()]) <= 2
        await pilot.resize_terminal(80, 24)
        await seen(pilot, "Next", "Found")
        chain = pilot.app.screen.query_one(Chain)
        await until(pilot, lambda: chain.size.height == len(chain.lines) == 3)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_the_chain_fits_any_width(width: int) -> None:
    lines = drawn(CHAIN, width)
    assert all(line.width <= width for line in lines)
    text = "\n".join(line.plain for line in lines)
    assert all(hop.name in text and hop.detail in text for hop in CHAIN)


def test_a_long_note_is_shown_whole() -> None:
    hop = Hop("containerd", "1.6.20", HopState.BROKEN, "its configuration " * 8)
    lines = drawn([CHAIN[0]._replace(), hop], 60)
    assert all(line.width <= 60 for line in lines)
    shown = " ".join(Line(line.plain.strip()).plain for line in lines)
    assert hop.note.strip() in shown


async def test_theme_turns_by_a_key() -> None:
    async with opened() as pilot:
        assert pilot.app.theme == "unshim-dark"
        await pilot.press("T")
        assert pilot.app.theme == "unshim-light"
