"""Whether the node came out as the forecast said."""

from __future__ import annotations

import pytest

from tests.laws.nodes import look, plan
from unshim.model.checks import Evidence, Finding, Outcome, Result, Severity
from unshim.model.plan import Forecast
from unshim.model.session import Look
from unshim.plan.verify import compare, verify

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
    looks = iter([_after(**{CURED: (Outcome.UNKNOWN, None)}), _after()])
    assert verify(lambda: next(looks), PLAN, BEFORE) == ""
    assert list(looks) == []
