"""Fixes keep their word on every recorded node: what they forecast, and nothing beside it."""

from __future__ import annotations

import pytest

from unshim.facts.gather import gather
from unshim.model.checks import Outcome, Severity
from unshim.model.plan import Fix
from unshim.model.steps import ShareImage, WriteFile
from unshim.plan.gates.syntax import faults
from unshim.plan.pictures.node import with_steps
from unshim.plan.rehearse import make_plan
from unshim.plan.stale import basis_of, stale
from unshim.tell import plan as telling

from .nodes import CHECKS, FIXES, NAMES, failing, host, plan, results

CASES = [(n, f) for n in NAMES for f in FIXES if f.check_id in failing(n)]


def _case(value: object) -> str:
    return value.check_id if isinstance(value, Fix) else str(value)


@pytest.mark.parametrize(("name", "fix"), CASES, ids=_case)
def test_a_fix_silences_its_check_or_says_why_not(name: str, fix: Fix) -> None:
    made = plan(name, fix.check_id)
    if made.refusals:
        (refusal,) = made.refusals
        assert refusal.reason
        assert not made.steps
        return
    after = {f.check_id: f.after for f in made.forecast}
    assert after[fix.check_id] in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    assert made.steps


@pytest.mark.parametrize("fix", FIXES, ids=_case)
def test_each_fix_is_carried_out_on_a_recorded_node(fix: Fix) -> None:
    done = [n for n, f in CASES if f == fix and plan(n, fix.check_id).fixes]
    assert done, f"{fix.id} is refused on every recorded node"


@pytest.mark.parametrize(("name", "fix"), CASES, ids=_case)
def test_applying_twice_changes_nothing(name: str, fix: Fix) -> None:
    made = plan(name, fix.check_id)
    after = with_steps(host(name), made.steps).overlay
    again = make_plan(after, CHECKS, FIXES, [fix.check_id])
    assert [s for s in again.steps if isinstance(s, WriteFile)] == []


@pytest.mark.parametrize(("name", "fix"), CASES, ids=_case)
def test_a_fix_makes_nothing_else_fail(name: str, fix: Fix) -> None:
    worse = [
        f.check_id
        for f in plan(name, fix.check_id).forecast
        if f.after is Outcome.FAIL
        and f.before is not Outcome.FAIL
        # Docker's own pods go by hand, once the new ones are seen well; the plan says so.
        and f.check_id != "docker-pods-left-running"
    ]
    assert worse == []


@pytest.mark.parametrize("name", NAMES)
def test_all_fixes_together_do_what_each_does_alone(name: str) -> None:
    made = plan(name)
    cured = {f.check_id for f in made.fixes}
    after = {f.check_id: f.after for f in made.forecast}
    assert all(after[c] in (Outcome.PASS, Outcome.NOT_APPLICABLE) for c in cured)
    paths = [s.path for s in made.steps if isinstance(s, WriteFile)]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_plan_writes_is_read_by_a_second_parser_too(name: str) -> None:
    assert faults(s for s in plan(name).steps if isinstance(s, WriteFile)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_of_all_is_the_plan_of_what_it_cures(name: str) -> None:
    """It is made again by those names before it is applied, and must not look stale."""
    made = plan(name)
    if made.fixes:
        again = plan(name, *(f.check_id for f in made.fixes))
        assert stale(basis_of(made), basis_of(again)) == ""
        assert made.disturbs is again.disturbs


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_says_which_bytes_it_rests_on(name: str) -> None:
    made = plan(name)
    for step in made.steps:
        if isinstance(step, WriteFile):
            assert step.path in made.hashes
            assert step.before != step.after
        if isinstance(step, ShareImage):
            assert step.blobs


@pytest.mark.parametrize("name", NAMES)
def test_a_healthy_check_has_nothing_to_plan(name: str) -> None:
    passing = [f.check_id for f in FIXES if f.check_id not in failing(name)]
    made = plan(name, *passing)
    assert made.steps == () and made.refusals == () and made.diffs == ()


def test_the_node_after_a_plan_is_gathered_without_a_fault() -> None:
    for name in NAMES:
        after = with_steps(host(name), plan(name).steps).overlay
        assert gather(after).machine.name


@pytest.mark.parametrize("name", NAMES)
def test_there_is_nothing_to_do_only_where_all_was_seen_well(name: str) -> None:
    told = [line.text for line in telling.plan(plan(name))]
    well = all(
        r.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) or r.severity is Severity.INFO
        for r in results(name).values()
    )
    assert ("Nothing to do." in told) is well
