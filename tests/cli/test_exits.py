"""Exit codes are an interface: what gives which, as docs/exit-codes.md says."""

from __future__ import annotations

import re

import pytest

from tests import TOP
from tests.tui.by_hand import check, node
from unshim.cli import exits
from unshim.cli.table import EXITS
from unshim.model.checks import Finding, Outcome, Result, Severity
from unshim.model.plan import Disturbs, Left, Plan
from unshim.model.session import Ended, Look, Run

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
DOCS = (TOP / "docs" / "exit-codes.md").read_text()


def _result(outcome: Outcome, severity: Severity, lowered: Severity | None = None) -> Result:
    findings = (Finding("f", (), severity=lowered),) if outcome is Outcome.FAIL else ()
    return Result(check("x", severity, "t"), outcome, findings)


@pytest.mark.parametrize(
    ("results", "fail_on", "code"),
    [
        ([], "error", 0),
        ([_result(Outcome.PASS, ERROR)], "info", 0),
        ([_result(Outcome.FAIL, ERROR)], "error", 1),
        ([_result(Outcome.FAIL, ERROR, WARNING)], "error", 0),
        ([_result(Outcome.FAIL, ERROR, WARNING)], "warning", 1),
        ([_result(Outcome.FAIL, INFO)], "warning", 0),
        ([_result(Outcome.FAIL, INFO)], "info", 1),
        ([_result(Outcome.FAIL, ERROR)], "never", 0),
        ([_result(Outcome.UNKNOWN, ERROR)], "error", 3),
        ([_result(Outcome.UNKNOWN, WARNING)], "error", 0),
        ([_result(Outcome.UNKNOWN, WARNING)], "warning", 3),
        ([_result(Outcome.ERROR, ERROR)], "error", 3),
        ([_result(Outcome.UNKNOWN, ERROR)], "never", 0),
        ([_result(Outcome.UNKNOWN, ERROR), _result(Outcome.FAIL, ERROR)], "error", 1),
        ([_result(Outcome.NOT_APPLICABLE, ERROR)], "info", 0),
    ],
)
def test_results_give_a_code(results: list[Result], fail_on: str, code: int) -> None:
    assert exits.of_results(results, fail_on) == code


def test_a_change_that_is_not_at_its_end_is_not_clean() -> None:
    run = Run("000007-x", 0.0, "root", (), (), "unfinished", Disturbs.NOTHING)
    fine = Look(node(), (_result(Outcome.PASS, ERROR),), 0.1)
    assert exits.of_look(fine, "error") == 0
    assert exits.of_look(fine._replace(open_run=run), "error") == 3
    assert exits.of_look(fine._replace(open_run=run), "never") == 0
    failing = fine._replace(results=(_result(Outcome.FAIL, ERROR),), open_run=run)
    assert exits.of_look(failing, "error") == 1


def _plan(*left: Left, **fields: object) -> Plan:
    empty = Plan("n", (), (), (), (), (), Disturbs.NOTHING, {}, {}, (), left)
    return empty._replace(**fields)  # type: ignore[arg-type]


def _left(outcome: Outcome, asked: bool = False) -> Left:
    return Left("x", outcome, ERROR if outcome is Outcome.FAIL else None, "why", asked)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (_plan(), 0),
        (_plan(_left(Outcome.PASS, asked=True)), 0),
        (_plan(_left(Outcome.NOT_APPLICABLE, asked=True)), 0),
        (_plan(_left(Outcome.UNKNOWN)), 3),
        (_plan(_left(Outcome.ERROR)), 3),
        (_plan(_left(Outcome.UNKNOWN, asked=True), _left(Outcome.PASS, asked=True)), 3),
        (_plan(_left(Outcome.FAIL), _left(Outcome.UNKNOWN)), 1),
        (_plan(_left(Outcome.FAIL, asked=True)), 6),
        (_plan(refusals=("one",)), 6),
        (_plan(_left(Outcome.UNKNOWN), refusals=("one",), steps=("one",)), 0),
        (_plan(_left(Outcome.UNKNOWN, asked=True), steps=("one",)), 3),
    ],
)
def test_a_plan_gives_a_code(plan: Plan, code: int) -> None:
    assert exits.of_plan(plan) == code


@pytest.mark.parametrize(
    ("plan", "number"),
    [
        (_plan(_left(Outcome.PASS, asked=True), _left(Outcome.NOT_APPLICABLE, asked=True)), 0),
        (_plan(_left(Outcome.UNKNOWN), _left(Outcome.FAIL)), 0),
        (_plan(_left(Outcome.UNKNOWN, asked=True), _left(Outcome.FAIL, asked=True)), 2),
        (_plan(_left(Outcome.ERROR, asked=True), refusals=("one", "two")), 3),
    ],
)
def test_what_was_asked_for_and_cannot_be_done_is_counted(plan: Plan, number: int) -> None:
    assert exits.cannot_do(plan) == number


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (Ended.DONE, 0),
        (Ended.NOTHING, 0),
        (Ended.UNDONE, 4),
        (Ended.INCOMPLETE, 5),
        (Ended.REFUSED, 6),
    ],
)
def test_ends_give_a_code(ended: Ended, code: int) -> None:
    assert exits.OF_ENDED[ended] == code


def test_every_end_has_one() -> None:
    assert set(exits.OF_ENDED) == set(Ended)


def test_the_page_and_the_help_tell_every_code() -> None:
    numbers = {v for name, v in vars(exits).items() if name.isupper() and isinstance(v, int)}
    assert {int(row) for row in re.findall(r"^\| (\d+) \|", DOCS, re.MULTILINE)} >= numbers
    assert {code for code, _ in EXITS} == numbers
