"""One result on a screen, and whether anything may be done about it here."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import CGROUP, fail, fix, node, other
from tui.allowed import why_not
from tui.lines.story import as_text, brief, whole
from unshim.model.checks import Finding, Outcome, Severity
from unshim.model.plan import Cure, Disturbs

FIX = fix("cgroup", "Use systemd", Disturbs.CONTAINERD)
SECOND = Finding("another one", ())
ITS = Cure(FIX, Disturbs.CONTAINERD, 1)
TOLD = "Fix: unshim apply cgroup   restarts containerd, pods keep running, 1 file"


def _one(*findings: Finding) -> list[str]:
    result = fail("cgroup", Severity.ERROR, "They disagree", "cgroup", *findings)
    return [line.plain.rstrip() for line in brief(result, ITS, 200)]


def test_a_cure_of_several_findings_stands_once_below_the_last() -> None:
    lines = _one(CGROUP, SECOND)
    cures = [number for number, line in enumerate(lines) if line.startswith("Fix: ")]
    assert len(cures) == 1
    assert cures[0] > lines.index("another one.")


def test_a_finding_that_follows_another_has_a_cure_of_its_own() -> None:
    def the_root(_node: object) -> tuple[Finding, ...]:
        return ()

    lines = _one(SECOND._replace(follows=the_root), CGROUP)
    told = [line for line in lines if line.startswith(("Fix: ", "Comes from"))]
    assert told == [
        "Comes from the-root; fix that first.",
        TOLD,
    ]


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE])
def test_what_did_not_fail_offers_no_cure(outcome: Outcome) -> None:
    result = other("cgroup", outcome, "They agree", "cgroup", "not root")
    text = as_text(result, ITS)
    assert "not root" in text and "unshim apply" not in text
    assert "Two managers of one tree" in text


def test_the_whole_shows_what_was_found_before_it_explains() -> None:
    result = fail("cgroup", Severity.ERROR, "They disagree", "cgroup", CGROUP)
    lines = [line.plain.rstrip() for line in whole(result, FIX, ITS, 200)]
    explained = next(n for n, line in enumerate(lines) if "Two managers of one tree" in line)
    found = next(n for n, line in enumerate(lines) if line.startswith(CGROUP.summary))
    assert found < explained
    assert any("Fix: Use systemd (at most: restarts containerd" in line for line in lines)


@pytest.mark.parametrize("width", [30, 80])
def test_a_brief_keeps_the_width(width: int) -> None:
    result = fail("cgroup", Severity.ERROR, "They disagree", "cgroup", CGROUP)
    assert all(line.width <= width for line in brief(result, ITS, width))


@pytest.mark.parametrize(
    ("only_reads", "live", "root", "why"),
    [
        (False, True, True, ""),
        (True, True, True, "read-only"),
        (False, True, False, "not root"),
        (True, True, False, "read-only"),
        (True, False, False, "not a live machine"),
    ],
)
def test_the_first_reason_that_no_wish_can_change_is_told(
    only_reads: bool, live: bool, root: bool, why: str
) -> None:
    told = why_not(only_reads, node(live=live, root=root))
    assert bool(told) == bool(why) and why in told
