"""What comes next: what hurts most, and of what would be refused the step that it needs first."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.judge.nodes import check, failed
from unshim.judge.next import MOST, Suggestions
from unshim.model.checks import Result, Severity
from unshim.model.plan import Cure, Disturbs, Fix
from unshim.tell.result import cure as told_cure

DRAIN = "kubectl drain worker-1 --ignore-daemonsets"


def _fix(check_id: str) -> Fix:
    return Fix(f"mend-{check_id}", check_id, f"Mend {check_id}", "", Disturbs.DRAIN, lambda _: ())


def _cures(**refused: tuple[str, ...] | None) -> Mapping[str, Cure]:
    """A cure for each of these checks; what comes first where it would be refused."""
    return {
        name: Cure(_fix(name), Disturbs.DRAIN, 1, "" if first is None else "not now", first or ())
        for name, first in refused.items()
    }


def _titles(cures: Mapping[str, Cure], *names: str) -> list[tuple[str, str, bool, bool]]:
    results = [failed(check(name)) for name in names]
    made = Suggestions(results, cures)
    return [(s.title, s.check_id, s.fixable, s.first) for s in made]


def test_a_fix_is_offered_by_its_title_and_what_has_none_by_its_checks() -> None:
    assert _titles(_cures(one=None), "one", "two") == [
        ("Mend one", "one", True, False),
        ("Title of two", "two", False, False),
    ]


@pytest.mark.parametrize(
    ("cures", "want"),
    [
        (_cures(one=(DRAIN,)), [(DRAIN, "one", False, True)]),
        (_cures(one=()), [("Title of one", "one", False, False)]),
        (_cures(one=("unshim apply two",), two=None), [("Mend two", "two", True, False)]),
        (_cures(one=("unshim apply two",), two=(DRAIN,)), [(DRAIN, "two", False, True)]),
        (
            _cures(one=("unshim apply two",), two=("unshim apply one",)),
            [("unshim apply one", "two", False, True), ("unshim apply two", "one", False, True)],
        ),
    ],
)
def test_for_what_would_be_refused_stands_what_it_needs_first(
    cures: Mapping[str, Cure], want: list[tuple[str, str, bool, bool]]
) -> None:
    assert _titles(cures, *(["one", "two"] if "two" in cures else ["one"])) == want


def test_what_is_needed_first_and_is_no_finding_here_stands_as_its_command() -> None:
    found = _titles(_cures(one=("unshim apply gone",)), "one")
    assert found == [("unshim apply gone", "one", False, True)]


def test_notes_and_consequences_are_left_out_and_three_are_enough() -> None:
    note = failed(check("note"), severity=Severity.INFO)
    follows = failed(check("follows"))
    caused = tuple(f._replace(follows=_root) for f in follows.findings)
    many = [failed(check(f"check-{n}")) for n in range(5)]
    found = Suggestions([note, follows._replace(findings=caused), *many], {})
    assert [one.check_id for one in found] == ["check-0", "check-1", "check-2"]
    assert len(found) == MOST and found[0].check_id == "check-0"
    assert len(Suggestions([note], {})) == 0 and not Suggestions([], {})


def _root(_: object) -> tuple[()]:
    return ()


def _told(result: Result, cure: Cure | None) -> str:
    return told_cure(result.check, result.findings[0], cure).text


def test_the_report_offers_what_would_be_refused_no_more_than_the_screens() -> None:
    result = failed(check("one"))
    cures = _cures(one=(DRAIN, "systemctl daemon-reload"))
    assert _told(result, cures["one"]) == (
        f"First: {DRAIN}, then systemctl daemon-reload, then unshim apply one   not now"
    )
    assert _told(result, _cures(one=())["one"]) == (
        "Remedy: Do it.   unshim would refuse it: not now"
    )
