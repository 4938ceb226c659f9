"""Whether the node came out as the forecast said."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count

import pytest

from tests.laws.nodes import look, plan
from tests.plan.looks import Looks, Time
from unshim.model.checks import Evidence, Finding, Outcome, Result, Severity
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.plan import Disturbs, Forecast, Plan
from unshim.model.session import Look
from unshim.model.values import Missing, known
from unshim.plan import outcomes
from unshim.plan import verify as judged
from unshim.plan.baseline import expected_of
from unshim.plan.expected import Expected, from_json, to_json
from unshim.plan.pulse import Pulse
from unshim.plan.units_again import UP, UnitNow
from unshim.plan.verify import DEADLINE, STEADY, Clock

NAME, CURED = "containerd-cri-disabled", "cri-plugin-disabled"
BEFORE, PLAN = look(NAME), plan(NAME, CURED)
FORECAST = {f.check_id: f.after for f in PLAN.forecast}


def _after(**outcomes: tuple[Outcome, Severity | None]) -> Look:
    """The look of before as the forecast has it, and some checks otherwise."""

    def result(old: Result) -> Result:
        check_id = old.check.id
        if check_id in outcomes:
            outcome, severity = outcomes[check_id]
            evidence = (Evidence("x", "as it says"),)
            finding = Finding("it is wrong", evidence, severity=severity)
            findings = (finding,) if outcome is Outcome.FAIL else ()
            return Result(old.check, outcome, findings, "why")
        if check_id in FORECAST:
            return Result(old.check, FORECAST[check_id])
        return old

    return BEFORE._replace(results=tuple(map(result, BEFORE.results)))


def _saved(plan: Plan, before: Look) -> Expected:
    """What is expected, as the plan's folder gives it back."""
    return from_json(json.loads(json.dumps(to_json(expected_of(plan, before)))))


def compare(plan: Plan, before: Look, after: Look) -> str:
    return outcomes.compare(_saved(plan, before), after)


def verify(look: Callable[[], Look], plan: Plan, before: Look, clock: Clock) -> str:
    expected = _saved(plan, before)
    units = {name: UnitNow("active", 1, 0) for name, word in expected.units.items() if word == UP}
    now = Pulse(units, expected.containerd)
    eyes = Looks(look, lambda: now)
    return judged.verify(eyes, expected, clock).problem


def _other(outcome: Outcome) -> str:
    """A check that the plan does not speak of."""
    return next(
        r.check.id for r in BEFORE.results if r.outcome is outcome and r.check.id not in FORECAST
    )


def test_what_came_out_as_the_forecast_says_is_well() -> None:
    assert compare(PLAN, BEFORE, _after()) == ""


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.FAIL, "fail afterwards: it is wrong: as it says"),
        (Outcome.UNKNOWN, "unknown afterwards: why"),
        (Outcome.ERROR, "error afterwards: why"),
    ],
)
def test_a_cured_check_must_be_as_the_forecast_says(outcome: Outcome, words: str) -> None:
    problem = compare(PLAN, BEFORE, _after(**{CURED: (outcome, Severity.ERROR)}))
    assert problem == f"{CURED} is {words}"


def test_another_check_may_not_get_worse() -> None:
    name = _other(Outcome.PASS)
    problem = compare(PLAN, BEFORE, _after(**{name: (Outcome.FAIL, Severity.WARNING)}))
    assert problem == f"{name} fails since: it is wrong: as it says"


def test_another_check_may_get_a_note_or_not_be_known() -> None:
    name = _other(Outcome.PASS)
    assert compare(PLAN, BEFORE, _after(**{name: (Outcome.FAIL, Severity.INFO)})) == ""
    assert compare(PLAN, BEFORE, _after(**{name: (Outcome.UNKNOWN, None)})) == ""


def test_a_check_that_failed_before_may_fail_still_but_not_worse() -> None:
    name = _other(Outcome.PASS)
    failed = _after(**{name: (Outcome.FAIL, Severity.WARNING)})
    assert compare(PLAN, failed, failed) == ""
    worse = _after(**{name: (Outcome.FAIL, Severity.ERROR)})
    assert compare(PLAN, failed, worse).startswith(f"{name} fails since")
    assert compare(PLAN, worse, failed) == ""


def test_what_the_forecast_says_will_fail_may_fail() -> None:
    name = _other(Outcome.PASS)
    expected = Forecast(name, Outcome.PASS, Outcome.FAIL, severity_after=Severity.WARNING)
    made = PLAN._replace(forecast=(*PLAN.forecast, expected))
    for less in (Severity.INFO, Severity.WARNING):
        assert compare(made, BEFORE, _after(**{name: (Outcome.FAIL, less)})) == ""
    worse = compare(made, BEFORE, _after(**{name: (Outcome.FAIL, Severity.ERROR)}))
    assert worse.startswith(f"{name} fails since")


def test_a_severity_that_rises_as_the_forecast_says_is_well() -> None:
    """As a note before the migration that is a warning after it."""
    name = _other(Outcome.PASS)
    noted = _after(**{name: (Outcome.FAIL, Severity.INFO)})
    risen = _after(**{name: (Outcome.FAIL, Severity.WARNING)})
    assert compare(PLAN, noted, risen).startswith(f"{name} fails since")
    expected = Forecast(
        name, Outcome.FAIL, Outcome.FAIL, False, Severity.WARNING, severity_before=Severity.INFO
    )
    made = PLAN._replace(forecast=(*PLAN.forecast, expected))
    assert compare(made, noted, risen) == ""


def test_a_daemon_that_takes_a_moment_is_looked_at_again() -> None:
    looks = iter([_after(**{CURED: (Outcome.UNKNOWN, None)}), _after(), _after()])
    assert verify(lambda: next(looks), PLAN, BEFORE, Time().clock) == ""
    assert list(looks) == []


def test_what_does_not_come_out_is_said_after_a_moment() -> None:
    passing = Time()
    wrong = _after(**{CURED: (Outcome.UNKNOWN, None)})
    assert (
        verify(lambda: wrong, PLAN, BEFORE, passing.clock) == f"{CURED} is unknown afterwards: why"
    )
    assert DEADLINE < passing.seconds < DEADLINE + 3


MOVED, MOVE = "dockershim-ready-to-move", "kubelet-dockershim-reference"
ON_DOCKER, MOVING = look(MOVED), plan(MOVED, MOVE)


def _on_containerd(*containers: str, name: str = "web-worker-1", state: str = "running") -> Look:
    """The node after the move, with these containers of its static pod."""
    node = look("dockershim-moved-by-unshim").node
    pods = Pods(
        (Pod("p", name, "default", "u", bool(containers), PodOrigin.STATIC),),
        tuple(Container(c, "p", "web", "i", state, 0.0) for c in containers),
    )
    forecast = {f.check_id: f for f in MOVING.forecast}
    results = tuple(
        Result(r.check, forecast[r.check.id].after)
        if r.check.id in forecast and forecast[r.check.id].after is not Outcome.FAIL
        else r
        for r in ON_DOCKER.results
    )
    return Look(node._replace(pods=pods), results, 0.0)


def test_a_move_is_well_once_the_pods_that_ran_run_again_and_stay() -> None:
    passing = Time()
    looks = iter([*[_on_containerd()] * 40, _on_containerd("a"), _on_containerd("a")])
    assert verify(lambda: next(looks), MOVING, ON_DOCKER, passing.clock) == ""
    assert list(looks) == []
    assert passing.seconds > DEADLINE, "pods have longer than daemons"


@pytest.mark.parametrize(
    "after",
    [
        _on_containerd(),
        _on_containerd("a", name="other-worker-1"),
        _on_containerd("a", state="exited"),
    ],
    ids=["no sandbox", "another pod", "no container runs"],
)
def test_a_move_after_which_a_pod_does_not_run_is_not(after: Look) -> None:
    problem = verify(lambda: after, MOVING, ON_DOCKER, Time().clock)
    assert (
        problem == "the static pod default/web-worker-1 (container web) ran before and does not now"
    )


def test_what_crashed_before_says_nothing_of_the_move() -> None:
    """A container that was made just now, in the place of one that had ended."""
    docker = known(ON_DOCKER.node.docker)
    (pod,) = known(docker.pods).pods
    fresh = time.time()
    crashing = Pods(
        (pod,),
        (
            Container("1", pod.id, "web", "i", "exited", fresh - 60),
            Container("2", pod.id, "web", "i", "running", fresh - 5),
        ),
    )
    before = ON_DOCKER._replace(node=ON_DOCKER.node._replace(docker=docker._replace(pods=crashing)))
    assert verify(_on_containerd, MOVING, before, Time().clock) == ""
    calm = crashing._replace(
        containers=tuple(c._replace(created=fresh - 3600) for c in crashing.containers)
    )
    before = before._replace(node=before.node._replace(docker=docker._replace(pods=calm)))
    assert "does not now" in verify(_on_containerd, MOVING, before, Time().clock)


def test_pods_that_come_up_for_the_first_time_are_not_waited_for() -> None:
    before = ON_DOCKER._replace(
        node=ON_DOCKER.node._replace(
            docker=known(ON_DOCKER.node.docker)._replace(pods=Pods((), ()))
        )
    )
    names = (str(number) for number in count())
    clock = Time()
    assert verify(lambda: _on_containerd(next(names)), MOVING, before, clock.clock) == ""
    assert clock.seconds == STEADY


def test_every_container_of_a_pod_must_run_again() -> None:
    docker = known(ON_DOCKER.node.docker)
    (pod,) = known(docker.pods).pods
    two = tuple(Container(n, pod.id, n, "i", "running", 0.0) for n in ("web", "side"))
    before = ON_DOCKER._replace(
        node=ON_DOCKER.node._replace(docker=docker._replace(pods=Pods((pod,), two)))
    )
    after = _on_containerd("a")
    problem = verify(lambda: after, MOVING, before, Time().clock)
    assert (
        problem
        == "the static pod default/web-worker-1 (container side) ran before and does not now"
    )


def test_a_container_that_is_made_again_and_again_does_not_count_as_up() -> None:
    names = (str(number) for number in count())
    problem = verify(lambda: _on_containerd(next(names)), MOVING, ON_DOCKER, Time().clock)
    assert problem == "the containers of the pods do not stay up"


def test_pods_that_cannot_be_seen_are_not_well() -> None:
    node = _on_containerd().node._replace(pods=Missing("timed out"))
    after = _on_containerd()._replace(node=node)
    problem = verify(lambda: after, MOVING, ON_DOCKER, Time().clock)
    assert problem == "whether the pods run again could not be seen: timed out"


def test_a_kubelet_that_is_stopped_and_was_starts_none() -> None:
    def stopped(one: Look) -> Look:
        kubelet = known(one.node.kubelet)._replace(process=None)
        return one._replace(node=one.node._replace(kubelet=kubelet))

    def in_docker(one: Look) -> Look:
        return one._replace(node=one.node._replace(docker=ON_DOCKER.node.docker))

    still = stopped(_on_containerd())
    assert verify(lambda: in_docker(still), MOVING, stopped(ON_DOCKER), Time().clock) == ""
    assert "does not now" in verify(lambda: still, MOVING, stopped(ON_DOCKER), Time().clock)
    assert "does not now" in verify(lambda: in_docker(still), MOVING, ON_DOCKER, Time().clock)


def test_what_restarts_nothing_waits_for_no_pod() -> None:
    passing = Time()
    node = BEFORE.node._replace(pods=Pods((), ()))
    quiet = PLAN._replace(disturbs=Disturbs.NOTHING, steps=PLAN.steps[:1])
    assert verify(lambda: _after()._replace(node=node), quiet, BEFORE, passing.clock) == ""
    assert passing.seconds == 0
