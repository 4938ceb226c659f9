"""The closed list of commands: nothing else is run, and what was before comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.apply.acts import commands
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Turn
from unshim.model.steps import RunCommand

SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"
OFF = RunCommand("swap-off", ("/nowhere/swap",))
TURN = Turn("run-0", {})


@pytest.fixture
def swaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the kernel says it swaps to."""
    path = tmp_path / "swaps"
    monkeypatch.setattr(commands, "SWAPS", path)
    path.write_text(f"{SWAPS}/dev/vdb partition 1024 0 -2\n{OFF.arguments[0]} file 1024 0 5\n")
    return path


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("hold-package", "containerd.io", ("", "a", "-x", "a b", "a;b", "A", "kubelet=1", "a\n")),
        ("unhold-package", "kubelet", ("--all", "*", "../x")),
        ("swap-off", "/dev/mapper/vg-swap", ("-a", "/", "/a b", "swap", "/dev/$x", "/x/")),
        ("forget-failures", "kubelet.service", ("kubelet", "*.service", "-q.x", "a/b.service")),
    ],
)
def test_a_command_takes_only_what_it_is_for(name: str, good: str, bad: tuple[str, ...]) -> None:
    assert commands.is_listed(name, (good,))
    assert not commands.is_listed(name, ())
    assert not commands.is_listed(name, (good, good))
    assert [one for one in bad if commands.is_listed(name, (one,))] == []


def test_nothing_else_is_on_the_list() -> None:
    assert not commands.is_listed("reboot", ())
    assert set(commands.COMMANDS) == {
        *("hold-package", "unhold-package", "swap-off", "forget-failures"),
    }


def test_the_way_back_is_that_to_what_was_noted(swaps: Path) -> None:
    former = commands.note(OFF)
    assert former == {"state": "on 5"}
    assert commands.back_of(OFF, former) == ("swapon", "-p", "5", "/nowhere/swap")
    kernels_own = RunCommand("swap-off", ("/dev/vdb",))
    assert commands.back_of(kernels_own, commands.note(kernels_own)) == ("swapon", "/dev/vdb")
    swaps.write_text(SWAPS)
    assert commands.back_of(OFF, commands.note(OFF)) == ()
    failures = RunCommand("forget-failures", ("x.service",))
    assert commands.back_of(failures, {"state": "failed"}) == ()
    assert commands.back_of(OFF, {}) == (), "a run that was cut off before it noted anything"


def test_what_is_so_already_is_not_done_nor_undone(swaps: Path) -> None:
    swaps.write_text(SWAPS)
    former = commands.note(OFF)
    commands.carry_out(OFF, former, TURN)
    commands.bring_back(OFF, former, TURN)
    assert swaps.read_text() == SWAPS


def test_a_command_that_fails_says_why_and_what_was_not_done_is_not_undone(swaps: Path) -> None:
    former = commands.note(OFF)
    with pytest.raises(StepFailed, match="swapoff"):
        commands.carry_out(OFF, former, TURN)
    commands.bring_back(OFF, former, TURN)
    swaps.write_text(SWAPS)
    with pytest.raises(StepFailed, match="swapon -p 5"):
        commands.bring_back(OFF, former, TURN)
