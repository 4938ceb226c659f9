"""The list of findings and the chosen one beside it."""

from __future__ import annotations

from functools import partial

from textual.message import Message
from textual.widget import Widget

from tests.tui.by_hand import HandEngine
from tests.tui.driving import opened, picture, seen, until
from tui.app import UnshimApp
from tui.messages import Copy, CopyEnded, LookAgain


def _ids(text: str) -> list[str]:
    """The check ids of the list, as they stand."""
    rows = [line[3:40].split() for line in text.splitlines()[2:10]]
    return [row[0] for row in rows if row]


async def test_the_worst_stand_first_and_quiet_ones_behind_a_key() -> None:
    async with opened(None, "f") as pilot:
        assert _ids(picture(pilot)) == [
            "cgroup-driver-mismatch",
            "kubelet-names-dockershim",
            "crictl-config-missing",
            "log-rotation-lost",
            "sandbox-image-legacy",
            "images-incomplete",
        ]
        assert "a: show 18 that pass or do not apply" in picture(pilot)
        await pilot.press("a", "G")
        await seen(
            pilot, "a: hide 18 that pass", "– docker-leftovers", "once the kubelet uses containerd"
        )


async def test_the_chosen_finding_shows_its_evidence_and_its_place() -> None:
    async with opened(None, "f", size=(80, 40)) as pilot:
        text = picture(pilot)
        assert "kubelet: systemd   /var/lib/kubelet/config.yaml:9" in text
        assert "containerd: cgroupfs (expected systemd)   default of containerd 1.6" in text
        assert "If left: Pods fail to start" in text
        assert "Fix: unshim apply cgroup-driver-mismatch   " in text
        await pilot.press("down")
        await seen(pilot, "kubeadm-flags.env:1", "Remedy: Set SystemdCgroup")


async def test_unknown_says_why_it_could_not_look() -> None:
    async with opened(None, "f") as pilot:
        row = next(line for line in picture(pilot).splitlines() if "? images-inc" in line)
        assert "? images-incomplete  containerd was not asked: not root" in row
        await pilot.press("G")
        await seen(pilot, "? images-incomplete", "could not be checked", "not asked: not root")


async def test_a_filter_narrows_and_counts_and_is_dropped() -> None:
    async with opened(None, "f", "slash", *"warning cri") as pilot:
        await seen(pilot, "1 match", "crictl-config-missing")
        assert _ids(picture(pilot))[:1] == ["crictl-config-missing"]
        await pilot.press("enter", "j")
        assert "1 match" in picture(pilot)
        await pilot.press("slash", "escape")
        assert "match" not in picture(pilot).splitlines()[1]


async def test_letters_in_the_filter_are_no_keys() -> None:
    engine = HandEngine()
    async with opened(engine, "f", "slash", "q", "T", "r") as pilot:
        assert "qTr" in picture(pilot)
        assert engine.asked == ["look"]
        assert "Nothing listed matches these words." in picture(pilot)


async def test_a_fresh_look_leaves_the_person_where_they_are() -> None:
    engine = HandEngine()
    async with opened(engine, "f", "down") as pilot:
        await pilot.press("r")
        await until(pilot, lambda: engine.asked == ["look", "look"])
        await pilot.press("slash", *"kub")
        pilot.app.post_message(LookAgain())
        await until(pilot, lambda: engine.asked == ["look"] * 3)
        await pilot.press("e")
        await seen(pilot, "▸✗ kubelet-names-dockershim", "kube")


async def test_sort_goes_round() -> None:
    async with opened(None, "f", "s") as pilot:
        assert "by subject" in picture(pilot)
        assert _ids(picture(pilot))[1] == "crictl-config-missing"
        await pilot.press("s")
        assert _ids(picture(pilot)) == sorted(_ids(picture(pilot)))
        await pilot.press("s")
        assert "by severity" in picture(pilot)


async def test_the_cursor_stays_on_its_finding_when_the_list_changes() -> None:
    async with opened(None, "f", "down", "down", "a", "s") as pilot:
        assert "▸! crictl-config-missing" in picture(pilot)


async def test_enter_plans_the_fix_where_there_is_one() -> None:
    engine = HandEngine()
    async with opened(engine, "f", "down") as pilot:
        assert "plan its fix" not in picture(pilot)
        await pilot.press("up", "enter")
        await seen(pilot, "Afterwards")
        await pilot.press("escape")
        await seen(pilot, "cgroup-driver-mismatch · cgroup · error")
    assert engine.asked == ["look", "plan cgroup-driver-mismatch"]


async def test_explain_fills_the_screen_and_closes_again() -> None:
    async with opened(None, "f", "e") as pilot:
        await seen(pilot, "Two managers of one tree", "kubelet: systemd")
        await pilot.press("e")
        await seen(pilot, "5 findings, 1 not checked")


def _stands_at(detail: Widget, row: int) -> bool:
    return detail.scroll_y == row


async def test_the_chosen_finding_scrolls_by_keys_while_the_list_stands() -> None:
    async with opened(None, "f") as pilot:
        detail = pilot.app.screen.query_one("#detail")
        assert detail.max_scroll_y > 0
        first = picture(pilot).splitlines()[:9]
        for key, moved in (("J", 1), ("space", detail.max_scroll_y), ("b", 0)):
            await pilot.press(key)
            await until(pilot, partial(_stands_at, detail, moved))
        assert picture(pilot).splitlines()[:9] == first


async def test_copy_gives_the_finding_as_text() -> None:
    messages: list[Message] = []
    app = UnshimApp(HandEngine())
    async with app.run_test(message_hook=messages.append) as pilot:
        await seen(pilot, "2 errors")
        await pilot.press("f", "y")
        await until(pilot, lambda: any(isinstance(m, CopyEnded) for m in messages))
    text = next(m.text for m in messages if isinstance(m, Copy))
    assert "  kubelet: systemd   /var/lib/kubelet/config.yaml:9\n" in text
