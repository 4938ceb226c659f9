"""Whether a node is as the forecast said, looked at again."""

from __future__ import annotations

import time
from collections.abc import Callable

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.plan import Forecast, Plan
from unshim.model.session import Look

DEADLINE = 15.0
"""Seconds after the last step by which the node must look as the forecast says."""


def verify(look: Callable[[], Look], plan: Plan, before: Look) -> str:
    """What is not as the forecast says, "" for nothing. Daemons get a moment to come back."""
    deadline = time.monotonic() + DEADLINE
    while True:
        problem = compare(plan, before, look())
        if not problem or time.monotonic() > deadline:
            return problem
        time.sleep(1.0)


def compare(plan: Plan, before: Look, after: Look) -> str:
    """Whether every cured check is as forecast, and no other one is worse than before and than
    forecast."""
    cured = {f.check_id for f in plan.fixes}
    forecast = {f.check_id: f for f in plan.forecast}
    was = {r.check.id: r for r in before.results}
    for result in after.results:
        check_id = result.check.id
        expected, old = forecast.get(check_id), was.get(check_id)
        if check_id in cured and not _as_forecast(result, expected):
            return f"{check_id} is {result.outcome} afterwards: {_why(result)}"
        worse = old is not None and _rank(result.severity) > _rank(old.severity)
        if worse and not _as_forecast(result, expected):
            return f"{check_id} fails since: {_why(result)}"
    return ""


def _as_forecast(result: Result, expected: Forecast | None) -> bool:
    """Whether a check came out as forecast (a pass where nothing was), or hurts less."""
    if expected is None:
        return result.outcome is Outcome.PASS
    if result.outcome is not expected.after:
        return False
    return _rank(result.severity) <= _rank(expected.severity_after)


def _why(result: Result) -> str:
    if result.findings:
        first = result.findings[0]
        return f"{first.summary}: {first.evidence[0].value}" if first.evidence else first.summary
    return str(result.reason)


def _rank(severity: Severity | None) -> int:
    return severity.rank if severity is not None and severity is not Severity.INFO else 0
