"""Whether each check came out as a plan expects. Pure judgement."""

from __future__ import annotations

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.session import Look
from unshim.plan.expected import Came, Expected


def compare(expected: Expected, after: Look, still_down: bool = False) -> str:
    """Whether every cured check is as forecast, and no other one is worse than before and than
    forecast. Where a daemon is still down (`still_down`), as it was before, a forecast that
    pictures it up is not met: then it is enough that what was found is gone."""
    enough = (Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.UNKNOWN) if still_down else ()
    for result in after.results:
        check_id = result.check.id
        forecast, was = expected.forecast.get(check_id), expected.before.get(check_id)
        well = _as_forecast(result, forecast) or result.outcome in enough
        if check_id in expected.cured and not well:
            return f"{check_id} is {result.outcome} afterwards: {_why(result)}"
        worse = was is not None and _rank(result.severity) > _rank(was.severity)
        if worse and not _as_forecast(result, forecast):
            return f"{check_id} fails since: {_why(result)}"
    return ""


def came_of(expected: Expected, after: Look) -> tuple[str, ...]:
    """What each cured check came to, in words."""
    cured = [result for result in after.results if result.check.id in expected.cured]
    return tuple(f"{r.check.id} {_came(r)}" for r in sorted(cured, key=lambda r: r.check.id))


def _came(result: Result) -> str:
    if result.outcome is Outcome.PASS:
        return "now passes"
    if result.outcome is Outcome.FAIL:
        return f"hurts less now: {_why(result)}"
    if result.outcome is Outcome.NOT_APPLICABLE:
        return f"concerns this node no more: {result.reason}"
    return f"is gone as far as can be seen: {result.reason}"


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
