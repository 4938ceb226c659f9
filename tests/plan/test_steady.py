"""What is well must stay so; what was down may be so still, and is told of."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, cycle, repeat

import pytest

from tests.laws.nodes import look, node, plan
from tests.plan.looks import Looks, Time, pods_of, static_pods
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.parts.pods import PodOrigin, StaticPod
from unshim.model.plan import Disturbs
from unshim.model.session import Look
from unshim.model.values import known
from unshim.plan.baseline import expected_of
from unshim.plan.expected import Came, Expected
from unshim.plan.pods_again import UNSTEADY, ran
from unshim.plan.pulse import Pulse
from unshim.plan.units_again import CONTAINERD, DOWN, KUBELET, UP, UnitNow
from unshim.plan.verify import (
    DEADLINE,
    NEW_PODS_DEADLINE,
    PODS_DEADLINE,
    STEADY,
    Seen,
    verify,
)

PASSES = "cri-plugin-disabled now passes"
NAME, CURED = "containerd-cri-disabled", "cri-plugin-disabled"
BEFORE, PLAN = look(NAME), plan(NAME, CURED)
SAVED = expected_of(PLAN, BEFORE)
ON_DOCKER = node("dockershim-ready-to-move")
EXPECTED = SAVED._replace(
    units={KUBELET: UP, CONTAINERD: UP},
    containerd={"plugins": ["a.b"], "tasks": [["default", "one", 11]], "cri": True},
    healthy=True,
)
RUNS = UnitNow("active", 7, 0)
SOUND = Pulse({KUBELET: RUNS, CONTAINERD: RUNS}, EXPECTED.containerd)
ENDED = UnitNow("activating", 0, 2)
AS_FORECAST = BEFORE._replace(
    results=tuple(
        Result(r.check, EXPECTED.forecast[r.check.id].outcome)
        if r.check.id in EXPECTED.forecast
        else r
        for r in BEFORE.results
    )
)


def _seen(
    pulses: Iterator[Pulse],
    expected: Expected = EXPECTED,
    after: Look = AS_FORECAST,
    exited: frozenset[str] = frozenset(),
) -> tuple[Seen, float]:
    passing = Time()
    seen = verify(Looks(lambda: after, lambda: next(pulses), exited), expected, passing.clock)
    return seen, passing.seconds


def test_what_stays_as_it_is_for_a_while_is_well() -> None:
    seen, seconds = _seen(repeat(SOUND))
    assert seen == Seen("", (PASSES,))
    assert STEADY <= seconds < STEADY + 2


KUBELET_AGAIN = {**SOUND.units, KUBELET: RUNS._replace(main=8)}
CONTAINERD_S = dict(EXPECTED.containerd or {})
CHANGES = {
    "a kubelet started again": (
        SOUND._replace(units=KUBELET_AGAIN),
        "kubelet.service does not stay up; its last words: kubelet.service said why",
    ),
    "a task that ended": (
        SOUND._replace(containerd={**CONTAINERD_S, "tasks": []}),
        "the task default/one (process 11) ran before and does not now",
    ),
    "a plugin that went": (
        SOUND._replace(containerd={**CONTAINERD_S, "plugins": []}),
        "containerd came back without its plugin a.b",
    ),
    "a containerd that fell silent": (
        SOUND._replace(containerd=None),
        "containerd does not answer",
    ),
    "a kubelet that is not healthy": (
        SOUND._replace(unhealthy="the kubelet says no"),
        "the kubelet says no",
    ),
    "a file that somebody wrote": (SOUND._replace(changed="/a is not so"), "/a is not so"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_while_it_is_looked_at_must_come_to_rest_first(name: str) -> None:
    changed, _ = CHANGES[name]
    seen, seconds = _seen(chain([SOUND] * 4, [changed], repeat(SOUND)))
    assert seen == Seen("", (PASSES,))
    assert seconds > STEADY + 4


@pytest.mark.parametrize("name", CHANGES)
def test_what_never_comes_to_rest_is_not_well(name: str) -> None:
    changed, words = CHANGES[name]

    def turns() -> Iterator[Pulse]:
        while True:
            yield from [SOUND] * 4
            yield changed

    seen, seconds = _seen(turns())
    assert seen.problem == words
    assert PODS_DEADLINE < seconds < PODS_DEADLINE + DEADLINE + STEADY


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "a kubelet started again"])
def test_what_is_not_so_from_the_start_is_not_well(name: str) -> None:
    changed, words = CHANGES[name]
    assert _seen(repeat(changed))[0].problem == words


def test_a_unit_that_ran_and_does_not_is_told_with_its_last_words() -> None:
    down = SOUND._replace(units={**SOUND.units, KUBELET: ENDED})
    said = "kubelet.service was to run and does not; its last words: kubelet.service said why"
    assert _seen(repeat(down))[0].problem == said


@pytest.mark.parametrize("pattern", ["-", "R-", "R", "RR--"])
def test_a_unit_that_was_down_may_be_so_still_and_its_cause_is_named(pattern: str) -> None:
    """Also by one that comes and goes: that it runs at some moment says nothing."""
    expected = EXPECTED._replace(units={KUBELET: DOWN, CONTAINERD: UP}, healthy=False)

    def pulses() -> Iterator[Pulse]:
        for turn, letter in enumerate(pattern * 100):
            now = UnitNow("active", 100 + turn, turn) if letter == "R" else ENDED
            yield SOUND._replace(units={**SOUND.units, KUBELET: now})

    seen, _ = _seen(pulses(), expected)
    assert seen.problem == ""
    assert seen.notes == (
        PASSES,
        "kubelet.service did not stay up before and does not now; "
        "its last words: kubelet.service said why",
    )


def test_a_unit_that_was_down_and_stays_up_now_is_nothing_to_tell() -> None:
    expected = EXPECTED._replace(units={KUBELET: DOWN, CONTAINERD: UP}, healthy=False)
    assert _seen(repeat(SOUND), expected)[0] == Seen("", (PASSES,))


def _with(outcome: Outcome) -> Look:
    def result(old: Result) -> Result:
        return Result(old.check, outcome, reason="it is down") if old.check.id == CURED else old

    return AS_FORECAST._replace(results=tuple(map(result, AS_FORECAST.results)))


@pytest.mark.parametrize(
    ("now", "outcome", "well"),
    [
        (ENDED, Outcome.UNKNOWN, True),
        (ENDED, Outcome.ERROR, False),
        (ENDED, Outcome.FAIL, False),
        (RUNS, Outcome.UNKNOWN, False),
    ],
)
def test_of_a_daemon_that_is_still_down_no_more_is_asked_than_that_the_finding_is_gone(
    now: UnitNow, outcome: Outcome, well: bool
) -> None:
    expected = EXPECTED._replace(units={KUBELET: DOWN, CONTAINERD: UP}, healthy=False)
    pulse = SOUND._replace(units={**SOUND.units, KUBELET: now})
    seen, _ = _seen(repeat(pulse), expected, _with(outcome))
    assert (seen.problem == "") is well, seen
    if well:
        assert f"{CURED} is gone as far as can be seen: it is down" in seen.notes


@pytest.mark.parametrize(
    ("expected", "exited", "note"),
    [
        (EXPECTED, frozenset({"one"}), "the task default/one ended"),
        (EXPECTED._replace(ends=("default",)), frozenset(), "the task default/one ended"),
    ],
    ids=["a job that was done", "what the plan itself ends"],
)
def test_what_may_end_is_said(expected: Expected, exited: frozenset[str], note: str) -> None:
    gone = SOUND._replace(containerd={**CONTAINERD_S, "tasks": []})
    seen, _ = _seen(repeat(gone), expected, exited=exited)
    assert seen == Seen("", (PASSES, note))


def test_checks_of_a_daemon_that_comes_and_goes_are_taken_at_their_worse() -> None:
    """Whether the kubelet ran when it was looked at before is chance."""
    found = _expected_with_restarts(3)
    check = "kubelet-not-running"
    assert SAVED.before[check] == Came(Outcome.PASS)
    assert found.units[KUBELET] == DOWN
    assert found.before[check] == Came(Outcome.FAIL, Severity.ERROR)
    assert _expected_with_restarts(0).before[check] == Came(Outcome.PASS)


def _expected_with_restarts(restarts: int) -> Expected:
    node = BEFORE.node
    kubelet = known(node.kubelet)
    unit, process = known(kubelet.unit), known(kubelet.process)
    assert unit is not None and process is not None
    state = known(unit.state)._replace(restarts=restarts)
    again = kubelet._replace(
        unit=unit._replace(state=state), process=process._replace(started=time.time())
    )
    return expected_of(PLAN, BEFORE._replace(node=node._replace(kubelet=again)))


@pytest.mark.parametrize("broken_at", [None, 8.0], ids=["seen at the end", "seen on the way"])
def test_daemons_have_their_moment_anew_when_something_changed(broken_at: float | None) -> None:
    """What was well for ten seconds and is not known for another ten is waited for."""
    passing = Time()

    def next_look() -> Look:
        return _with(Outcome.UNKNOWN) if 7 < passing.seconds < STEADY + 10 else AS_FORECAST

    def next_pulse() -> Pulse:
        gone = passing.seconds == broken_at
        return SOUND._replace(containerd=None) if gone else SOUND

    assert verify(Looks(next_look, next_pulse), EXPECTED, passing.clock) == Seen("", (PASSES,))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("web/2", UNSTEADY),
        ("web/1,web/2", "the static pod default/web (container main) runs 2 times"),
    ],
    ids=["made again and again", "twice"],
)
def test_pods_must_come_to_rest_and_be_there_once(after: str, words: str) -> None:
    """Made anew by the kubelet, and ended again while it is looked at."""
    before = static_pods("web/1")
    expected = EXPECTED._replace(pods=ran(before, 1e9), disturbs=Disturbs.KUBELET)
    node = static_pods(*after.split(","))
    task = ["k8s.io", "2", 22]
    up = SOUND._replace(containerd={**CONTAINERD_S, "tasks": [*CONTAINERD_S["tasks"], task]})
    seen, _ = _seen(cycle([up] * 4 + [SOUND]), expected, AS_FORECAST._replace(node=node))
    assert seen.problem == words


@pytest.mark.parametrize(
    ("after", "seconds", "notes"),
    [
        ("new-worker-1/1", STEADY, ()),
        ("", NEW_PODS_DEADLINE, ("the static pod default/new does not run, and did not before",)),
    ],
    ids=["runs", "does not come up"],
)
def test_a_kubelet_that_comes_up_is_given_time_for_pods_that_never_ran(
    after: str, seconds: float, notes: tuple[str, ...]
) -> None:
    """Whether they do is not the change's doing, but told."""
    expected = EXPECTED._replace(units={KUBELET: DOWN}, healthy=False, disturbs=Disturbs.KUBELET)
    wanted = StaticPod("/etc/kubernetes/manifests/new.yaml", "new", "default", ())
    node = static_pods(*filter(None, [after]))._replace(static_pods=(wanted,))
    seen, passed = _seen(repeat(SOUND), expected, AS_FORECAST._replace(node=node))
    assert seen == Seen("", (PASSES, *notes))
    assert seconds <= passed < seconds + STEADY + 3


def test_what_ran_in_docker_is_asked_for_there_while_the_kubelet_is_down() -> None:
    expected = EXPECTED._replace(
        units={KUBELET: DOWN}, pods=ran(static_pods("web/1"), 1e9), disturbs=Disturbs.KUBELET
    )
    down = SOUND._replace(units={KUBELET: ENDED})
    docker = known(ON_DOCKER.docker)._replace(pods=static_pods("web/1").pods)
    moved = static_pods()
    there = AS_FORECAST._replace(node=moved._replace(docker=docker))
    assert _seen(repeat(down), expected, there)[0].problem == ""
    gone = AS_FORECAST._replace(node=moved)
    assert "ran before and does not now" in _seen(repeat(down), expected, gone)[0].problem


def test_a_pod_that_is_done_is_told_and_one_that_failed_takes_the_change_back() -> None:
    job = PodOrigin.CONTROLLED
    before = BEFORE.node._replace(pods=pods_of("job/1", origin=job))
    expected = EXPECTED._replace(pods=ran(before, 1e9), disturbs=Disturbs.KUBELET)
    after = AS_FORECAST._replace(node=static_pods()._replace(pods=pods_of("job/-1", origin=job)))
    seen, _ = _seen(repeat(SOUND), expected, after, exited=frozenset({"1"}))
    note = "the pod default/job (container main) ended by itself"
    assert seen == Seen("", (PASSES, note))
    assert "ran before and does not now" in _seen(repeat(SOUND), expected, after)[0].problem
