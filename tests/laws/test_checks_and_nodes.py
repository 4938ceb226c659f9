"""Every check is proven in both directions by nodes that were recorded, not typed."""

from __future__ import annotations

import pytest

from unshim.model.checks import Check, Outcome, Severity
from unshim.tell.result import title

from .nodes import CHECKS, HEALTHY, NAMES, host, proves, results


def _ids(check: Check) -> str:
    return check.id


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_each_check_fails_on_a_recorded_node(check: Check) -> None:
    found = [n for n in NAMES if results(n)[check.id].outcome is Outcome.FAIL and proves(n, check)]
    assert found, f"no recorded node shows what {check.id} finds"


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_each_check_passes_on_a_recorded_node_in_its_scope(check: Check) -> None:
    found = [n for n in NAMES if results(n)[check.id].outcome is Outcome.PASS and proves(n, check)]
    assert found, f"no recorded node shows {check.id} passing"


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_hurts_on_a_healthy_node(name: str) -> None:
    hurts = {
        check_id: [f.summary for f in result.findings]
        for check_id, result in results(name).items()
        if result.severity in (Severity.ERROR, Severity.WARNING)
    }
    assert hurts == {}


@pytest.mark.parametrize("name", HEALTHY)
def test_everything_is_known_of_a_healthy_node(name: str) -> None:
    unknown = {i: r.reason for i, r in results(name).items() if r.outcome is Outcome.UNKNOWN}
    assert unknown == {}


@pytest.mark.parametrize("name", NAMES)
def test_no_check_breaks(name: str) -> None:
    broken = {i: r.reason for i, r in results(name).items() if r.outcome is Outcome.ERROR}
    assert broken == {}


@pytest.mark.parametrize("name", NAMES)
def test_each_node_says_what_it_is_and_where_its_parts_come_from(name: str) -> None:
    parts = host(name).parts
    assert parts["node"].endswith(".")
    assert "recorded by unshim" in parts["paths"]


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_says_what_was_read_where_and_what_it_does(name: str) -> None:
    for result in results(name).values():
        for finding in result.findings:
            assert finding.summary and not finding.summary.endswith("."), result.check.id
            assert finding.hurts.endswith("."), result.check.id
            assert finding.evidence, result.check.id
            assert any(e.source is not None for e in finding.evidence), result.check.id


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_each_check_says_what_is_well_where_it_passes(check: Check) -> None:
    assert check.well and check.well != check.title
    assert not check.well.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_only_what_fails_is_headed_by_the_fault(name: str) -> None:
    for result in results(name).values():
        (head, _), *_ = (line.parts[0] for line in title(result))
        failed = result.outcome is Outcome.FAIL
        assert (result.check.title in head) == failed, head
        assert (head == f"✓ {result.check.well}") == (result.outcome is Outcome.PASS), head


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_evaluated_says_why(name: str) -> None:
    for result in results(name).values():
        if result.outcome in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE):
            assert result.reason, result.check.id
