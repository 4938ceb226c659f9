"""What units are to be after a change, and whether they are."""

from __future__ import annotations

import time

import pytest

from tests.laws.nodes import node
from unshim.model.machine import Process
from unshim.model.node import Node
from unshim.model.steps import ReloadSystemd, RestartUnit, StartUnit, Step, StopUnit
from unshim.model.values import Missing, known
from unshim.plan.units_again import (
    DOWN,
    KUBELET,
    STOPPED,
    UP,
    UnitNow,
    moved,
    not_up,
    stayed_up,
    wanted,
    wrong,
)

SOUND = node("dockershim-ready-to-move")
RUNS, ENDED, WAITS = UnitNow("active", 7, 0), UnitNow("failed", 0, 0), UnitNow("activating", 0, 3)


def _kubelet(*, process: bool, restarts: int = 0) -> Node:
    """The node with its kubelet started just now, as often as that."""
    kubelet = known(SOUND.kubelet)
    unit, old = known(kubelet.unit), known(kubelet.process)
    assert unit is not None and old is not None
    state = known(unit.state)._replace(restarts=restarts)
    now: Process | None = old._replace(started=time.time()) if process else None
    return SOUND._replace(kubelet=kubelet._replace(unit=unit._replace(state=state), process=now))


@pytest.mark.parametrize(
    ("runs", "restarts", "steps", "word"),
    [
        (True, 0, (RestartUnit(KUBELET),), UP),
        (True, 0, (ReloadSystemd(),), UP),
        (True, 2, (RestartUnit(KUBELET),), DOWN),
        (False, 0, (RestartUnit(KUBELET),), DOWN),
        (False, 0, (StartUnit(KUBELET),), UP),
        (True, 0, (StopUnit(KUBELET),), STOPPED),
        (True, 0, (StopUnit(KUBELET), StartUnit(KUBELET)), UP),
    ],
)
def test_a_unit_is_to_be_as_it_was_over_a_while_or_as_the_plan_makes_it(
    runs: bool, restarts: int, steps: tuple[Step, ...], word: str
) -> None:
    assert wanted(_kubelet(process=runs, restarts=restarts), steps)[KUBELET] == word


def test_what_a_stop_takes_along_is_to_be_stopped_too() -> None:
    units = known(SOUND.units)
    containerd = known(units["containerd.service"])
    assert containerd is not None
    state = known(containerd.state)._replace(related={"BoundBy": ("docker.service",)})
    docker = known(units["docker.service"])
    assert docker is not None
    needed = known(docker.state)._replace(related={"RequiredBy": (KUBELET,)})
    bound = {
        **units,
        "containerd.service": containerd._replace(state=state),
        "docker.service": docker._replace(state=needed),
    }
    found = wanted(SOUND._replace(units=bound), (StopUnit("containerd.service"),))
    assert (found["containerd.service"], found["docker.service"]) == (STOPPED, STOPPED)
    assert found[KUBELET] == STOPPED
    only = wanted(SOUND._replace(units=bound), (StopUnit(KUBELET),))
    assert (only["docker.service"], only[KUBELET]) == (UP, STOPPED)
    assert wanted(SOUND._replace(units=Missing("no systemd")), ()) == {}


@pytest.mark.parametrize(
    ("word", "now", "words"),
    [
        (UP, RUNS, ""),
        (UP, ENDED, "kubelet.service was to run and does not"),
        (UP, WAITS, "kubelet.service was to run and does not"),
        (UP, None, "what kubelet.service does could not be seen"),
        (STOPPED, ENDED, ""),
        (STOPPED, WAITS, "kubelet.service was stopped and runs again"),
        (DOWN, WAITS, ""),
        (DOWN, None, ""),
    ],
)
def test_what_is_not_as_it_is_to_be_is_said(word: str, now: UnitNow | None, words: str) -> None:
    assert wrong({KUBELET: word}, {KUBELET: now} if now else {})[1] == words


def test_a_unit_that_was_started_anew_did_not_stay() -> None:
    again = (RUNS._replace(main=8), RUNS._replace(restarts=1))
    for later in again:
        assert moved({KUBELET: UP}, {KUBELET: RUNS}, {KUBELET: later}) == KUBELET
        assert not stayed_up(KUBELET, {KUBELET: RUNS}, {KUBELET: later})
        assert moved({KUBELET: DOWN}, {KUBELET: RUNS}, {KUBELET: later}) == ""
    assert moved({KUBELET: UP}, {KUBELET: RUNS}, {KUBELET: RUNS}) == ""
    assert stayed_up(KUBELET, {KUBELET: RUNS}, {KUBELET: RUNS})
    assert not stayed_up(KUBELET, {}, {KUBELET: RUNS})


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (RUNS, RUNS, False),
        (WAITS, RUNS._replace(restarts=4), True),
        (WAITS, WAITS, True),
        (ENDED, ENDED, True),
        (UnitNow("inactive", 0, 0), UnitNow("inactive", 0, 0), False),
    ],
    ids=["up", "goes", "waits", "failed", "stopped by a person"],
)
def test_of_what_was_down_and_is_still_it_is_told(then: UnitNow, now: UnitNow, told: bool) -> None:
    found = not_up({KUBELET: DOWN}, {KUBELET: then}, {KUBELET: now})
    assert found == ((KUBELET,) if told else ())
