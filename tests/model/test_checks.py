"""Results: how much what was found hurts."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import check
from unshim.model.checks import Finding, Outcome, Result, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def test_severities_are_ranked_by_how_much_they_hurt() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == [INFO, WARNING, ERROR]
    assert max(Severity, key=lambda severity: severity.rank) is ERROR


@pytest.mark.parametrize(
    ("own", "lowered", "worst"),
    [
        pytest.param(ERROR, [], None, id="without findings there is none"),
        pytest.param(ERROR, [None], ERROR, id="a finding is as bad as its check"),
        pytest.param(ERROR, [INFO], INFO, id="unless it hurts less"),
        pytest.param(ERROR, [INFO, WARNING], WARNING, id="of two the worse counts"),
        pytest.param(WARNING, [INFO, None], WARNING, id="also where that is the check's own"),
        pytest.param(INFO, [None, None], INFO, id="information stays information"),
    ],
)
def test_a_result_is_as_bad_as_its_worst_finding(
    own: Severity, lowered: list[Severity | None], worst: Severity | None
) -> None:
    findings = tuple(Finding("f", (), severity=severity) for severity in lowered)
    assert Result(check("x", own, "t"), Outcome.FAIL, findings).severity is worst


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.UNKNOWN, Outcome.ERROR])
def test_what_did_not_fail_has_no_severity(outcome: Outcome) -> None:
    assert Result(check("x", ERROR, "t"), outcome, reason="r").severity is None
