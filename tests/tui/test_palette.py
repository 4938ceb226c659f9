"""The palette: acts in sentences, and checks, pods and files by a few letters of their names."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import HandEngine, node
from tests.tui.driving import Opened, opened, picture, seen, until
from tui.lines.filtering import nearness
from tui.screens.palette import Entry, checks, found, pods
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.session import Look


class WithPods(HandEngine):
    """A node that is known to run these pods."""

    def look(self) -> Look:
        look = super().look()
        running = tuple(
            Pod(f"{n}", f"web-{n}", "default", "", True, PodOrigin.OTHER) for n in (0, 1, 2)
        )
        return look._replace(node=look.node._replace(pods=Pods(running, ())))


def _rows(pilot: Opened) -> list[str]:
    lines = picture(pilot).splitlines()[1:]
    return [line[2:].split("  ")[0].strip() for line in lines[: lines.index("─" * 80)] if line]


@pytest.mark.parametrize("key", ["colon", "ctrl+p", "fullwidth_colon"])
async def test_it_opens_with_what_can_be_done_in_sentences(key: str) -> None:
    async with opened(None, key) as pilot:
        await seen(pilot, "▸ See what its fix would change.", "See each finding with its evidence.")
        text = picture(pilot)
        assert all(ord(letter) < 0x1F000 for letter in text)
        assert "Esc back" in text
        await pilot.press("escape")
        await seen(pilot, "By subject")


@pytest.mark.parametrize("letters", ["rotation-l", "log-rot", "lgrot", "ROTATION"])
async def test_a_check_is_found_by_its_letters_and_opened(letters: str) -> None:
    async with opened(None, "colon", *letters) as pilot:
        await seen(pilot, "▸ log-rotation-lost")
        await pilot.press("enter")
        await seen(pilot, "▸! log-rotation-lost")


async def test_a_check_that_passes_is_opened_too_and_a_filter_does_not_hide_it() -> None:
    async with opened(None, "f", "slash", *"crictl", "enter") as pilot:
        await seen(pilot, "1 match")
        await pilot.press("colon", *"cni-fine-3")
        await seen(pilot, "▸ cni-fine-3")
        await pilot.press("enter")
        await seen(pilot, "▸✓ cni-fine-3", "cni-fine-3 · cni")


async def test_a_file_is_found_and_leads_to_the_finding_that_rests_on_it() -> None:
    async with opened(None, "colon", *"kubelet/config.y") as pilot:
        await seen(pilot, "▸ /var/lib/kubelet/config.yaml:9", "in cgroup-driver-mismatch")
        await pilot.press("enter")
        await seen(pilot, "▸✗ cgroup-driver-mismatch")


async def test_a_pod_is_found_and_its_tasks_are_shown_alone() -> None:
    async with opened(WithPods(), "colon", *"web-1") as pilot:
        await seen(pilot, "▸ default/web-1", "pod · its tasks")
        await pilot.press("enter")
        await seen(pilot, "1 match", "default/web-1")
        assert "default/web-2" not in picture(pilot)


async def test_the_arrows_choose_and_no_match_is_said() -> None:
    async with opened(None, "colon", "down", "down") as pilot:
        await until(pilot, lambda: picture(pilot).splitlines()[3].startswith("▸"))
        await pilot.press(*"zzzz")
        await seen(pilot, "No act, check, pod or file has a name like this.")
        await pilot.press("enter")
        await seen(pilot, "No act, check, pod or file has a name like this.")


async def test_typing_in_it_presses_no_key() -> None:
    engine = HandEngine()
    async with opened(engine, "colon", "q", "r", "u") as pilot:
        await seen(pilot, ": qru")
        assert pilot.app.is_running
    assert engine.asked == ["look"]


@pytest.mark.parametrize(
    ("words", "name", "more", "near"),
    [
        ("", "anything", "", 0),
        ("cgr", "cgroup-driver", "", 0),
        ("driver cgroup", "cgroup-driver", "", 0),
        ("roup", "cgroup-driver", "", 10),
        ("cgdr", "cgroup-driver", "", 104),
        ("dc", "cgroup-driver", "", None),
        ("systemd", "cgroup-driver", "error · systemd", 1000),
        ("cont", "Sort by severity, subject or name, in turn.", "", None),
    ],
)
def test_how_near_a_name_is(words: str, name: str, more: str, near: int | None) -> None:
    assert nearness(words, name, more) == near


def test_the_nearest_name_stands_first_and_equals_stay_in_order() -> None:
    names = ("a-containerd", "con-tainer", "xcontainerd", "containerd")
    entries = [Entry(name, "", lambda: None) for name in names]
    expected = ["a-containerd", "containerd", "xcontainerd", "con-tainer"]
    assert [one.words for one in found(entries, "contain")] == expected


def test_without_pods_there_are_none() -> None:
    assert pods(node(), lambda name: None) == []
    assert checks((), lambda name: None) == []
