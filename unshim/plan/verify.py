"""Whether a node is as the forecast said, looked at again."""

from __future__ import annotations

import time
from collections.abc import Callable

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.nouns import NamedTuple
from unshim.model.session import Look
from unshim.plan.expected import Came, Expected
from unshim.plan.pods_again import lost, made_since

DEADLINE = 15.0
"""Seconds that daemons have to look as the forecast says, once the pods run again."""
PODS_DEADLINE = 180.0
"""Seconds that the static pods have to run again after the kubelet or a runtime restarted."""
STEADY = 5.0
"""Seconds that containers which were made anew must stay the same to count as up."""


class Clock(NamedTuple):
    """The time in seconds, and a pause of so many."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


CLOCK = Clock()


def verify(look: Callable[[], Look], expected: Expected, clock: Clock = CLOCK) -> str:
    """What is not as expected, "" for nothing. Daemons get a moment to come back, and pods the time
    that it takes to make them."""
    begun = clock.now()
    back: float | None = None
    seen: frozenset[str] | None = None
    while True:
        after, now = look(), clock.now()
        made = made_since(expected.pods, after.node)
        problem, pause = lost(expected.pods, expected.stopped, after.node), 1.0
        if problem:
            back, deadline = None, begun + PODS_DEADLINE
        else:
            back = now if back is None else back
            problem, deadline = compare(expected, after), back + DEADLINE
        if not problem:
            if not made or made == seen:
                return ""
            problem = "the containers of the static pods do not stay up"
            seen, deadline, pause = made, begun + PODS_DEADLINE, STEADY
        else:
            seen = None
        if now > deadline:
            return problem
        clock.pause(pause)


def compare(expected: Expected, after: Look) -> str:
    """Whether every cured check is as forecast, and no other one is worse than before and than
    forecast."""
    for result in after.results:
        check_id = result.check.id
        forecast, was = expected.forecast.get(check_id), expected.before.get(check_id)
        if check_id in expected.cured and not _as_forecast(result, forecast):
            return f"{check_id} is {result.outcome} afterwards: {_why(result)}"
        worse = was is not None and _rank(result.severity) > _rank(was.severity)
        if worse and not _as_forecast(result, forecast):
            return f"{check_id} fails since: {_why(result)}"
    return ""


def _as_forecast(result: Result, forecast: Came | None) -> bool:
    """Whether a check came out as forecast (a pass where nothing was), or hurts less."""
    if forecast is None:
        return result.outcome is Outcome.PASS
    if result.outcome is not forecast.outcome:
        return False
    return _rank(result.severity) <= _rank(forecast.severity)


def _why(result: Result) -> str:
    if result.findings:
        first = result.findings[0]
        return f"{first.summary}: {first.evidence[0].value}" if first.evidence else first.summary
    return str(result.reason)


def _rank(severity: Severity | None) -> int:
    return severity.rank if severity is not None and severity is not Severity.INFO else 0
