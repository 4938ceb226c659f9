"""The opening screen as values: what comes first, what is suggested, what is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.judge.nodes import HEALTHY, UNSEEN, came_to, check, failed
from tests.laws.nodes import node
from unshim.judge.diagnose import weight
from unshim.judge.verdict import NOT_ROOT, verdict, versions
from unshim.model.checks import Finding, Outcome, Rank, Result, Severity
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix
from unshim.model.session import Look
from unshim.model.steps import RestartUnit, Step
from unshim.tell.verdict import suggestion


def _nothing(_: Node) -> Iterator[Finding]:
    yield from ()


def _restarts(_: Node) -> Iterator[Step]:
    yield RestartUnit("kubelet.service")


def _fix(check_id: str) -> Fix:
    return Fix(f"mend-{check_id}", check_id, f"Mend {check_id}", "", Disturbs.DRAIN, _restarts)


def _caused(result: Result) -> Result:
    return result._replace(findings=tuple(f._replace(follows=_nothing) for f in result.findings))


ROOT = failed(check("root", rank=Rank.DAEMON))
PLAIN = failed(check("plain"))
WARNS = failed(check("warns", Severity.WARNING, subject="logs"))
NOTES = failed(check("notes", Severity.INFO, subject="logs"))


def test_what_weighs_most_is_severe_a_root_and_low_in_the_ladder() -> None:
    lowered = failed(check("a", Severity.ERROR), severity=Severity.WARNING)
    caused = _caused(failed(check("b")))
    wanted = [ROOT, PLAIN, caused, lowered, WARNS, NOTES]
    assert sorted({*wanted}, key=weight) == wanted


def test_three_things_are_suggested_and_no_consequence_and_no_note() -> None:
    results = (NOTES, WARNS, _caused(failed(check("caused"))), PLAIN, ROOT)
    said = verdict(Look(node(HEALTHY), results, 0.1), [_fix("root"), _fix("notes")])
    assert [(s.title, s.check_id, s.fixable) for s in said.suggestions] == [
        ("Mend root", "root", True),
        ("Title of plain", "plain", False),
        ("Title of warns", "warns", False),
    ]
    assert [suggestion(said, s)[1] for s in said.suggestions] == [
        "needs a drain, pods are recreated",
        "by hand",
        "by hand",
    ]
    assert set(said.cures) == {"root", "notes"}
    assert said.worst is Severity.ERROR


def test_no_more_than_three_things_are_suggested() -> None:
    results = tuple(failed(check(f"check-{n}")) for n in range(5))
    said = verdict(Look(node(HEALTHY), results, 0.1), ())
    assert [s.check_id for s in said.suggestions] == ["check-0", "check-1", "check-2"]


def test_subjects_are_counted_apart_and_together() -> None:
    results = (ROOT, WARNS, NOTES, came_to(Outcome.PASS), came_to(Outcome.ERROR, "x"))
    said = verdict(Look(node(HEALTHY), results, 0.1), ())
    assert [(s.subject, *s[1:]) for s in said.subjects] == [
        ("kubelet", 1, 0, 0, 1, 1, 0, 1),
        ("logs", 0, 1, 1, 0, 0, 0, 0),
    ]
    assert tuple(said.counts) == ("", 1, 1, 1, 1, 1, 0, 1)


@pytest.mark.parametrize(
    ("reasons", "why"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "a"), "a"),
        (("a", "b"), ""),
        (("not root: /x may not be read", "Docker did not answer: not root: y"), NOT_ROOT),
        (("not root: /x may not be read", "the kubelet is not installed"), ""),
    ],
)
def test_why_checks_could_not_look(reasons: tuple[str, ...], why: str) -> None:
    results = tuple(came_to(Outcome.UNKNOWN, reason) for reason in reasons)
    unseen = Look(node(HEALTHY), (*results, came_to(Outcome.ERROR, "KeyError")), 0.1)
    assert verdict(unseen, ()).could_not_look == why


def test_versions_name_what_is_here_and_a_release_that_is_not_known() -> None:
    seen = node(HEALTHY)
    assert versions(seen)[:2] == ("Debian 12", "kubelet 1.20.2")
    assert isinstance(seen.kubelet, tuple)
    kubelet = seen.kubelet._replace(version=UNSEEN, running_version=UNSEEN)
    unread = seen._replace(kubelet=kubelet, containerd=UNSEEN)
    assert "kubelet ?" in versions(unread)
    assert not [v for v in versions(unread) if v.startswith("containerd")]
