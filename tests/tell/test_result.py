"""A result and its check, told from their values alone."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import check
from unshim.judge.disturbs import WORDS
from unshim.model.checks import Check, Evidence, Finding, Outcome, Result, Severity
from unshim.model.node import Node
from unshim.model.plan import Cure, Disturbs, Fix
from unshim.model.session import Hop, HopState, Standing, SubjectCount, Verdict
from unshim.model.values import Origin, Source
from unshim.tell.lines import Ink
from unshim.tell.result import cure, explanation, finding, paragraphs, title
from unshim.tell.verdict import blind, broke, counts, hop, nothing_next

CHECK: Check = check("broken", Severity.ERROR, "It is broken")
FIX = Fix("mend", "broken", "Mend it", "It mends.", Disturbs.KUBELET, lambda node: ())
FOUND = Finding(
    "it is broken",
    (
        Evidence("a", "1", "2", Source(Origin.FILE, "/etc/x", 3)),
        Evidence("b", "none"),
    ),
    "It stays broken",
)


def root_cause(_: Node) -> tuple[Finding, ...]:
    """A check that another follows."""
    return ()


COUNTS = SubjectCount("", 1, 2, 0, 3, 0, 4)
VERDICT = Verdict("", Standing.BROKEN, (), (), (), COUNTS, (), "", None, {})


@pytest.mark.parametrize(
    ("result", "texts"),
    [
        (Result(CHECK, Outcome.FAIL, (FOUND,)), ["✗ It is broken", "broken · kubelet · error"]),
        (
            Result(CHECK, Outcome.UNKNOWN, (), "not root"),
            [
                "? Whether the kubelet of broken is well",
                "broken · kubelet · could not be checked",
                "not root",
            ],
        ),
        (
            Result(CHECK._replace(well="crictl is here"), Outcome.NOT_APPLICABLE, (), "no kubelet"),
            ["– Whether crictl is here", "broken · kubelet · does not apply here", "no kubelet"],
        ),
        (
            Result(CHECK, Outcome.PASS),
            ["✓ The kubelet of broken is well", "broken · kubelet · passes"],
        ),
    ],
)
def test_a_title_says_what_it_came_to(result: Result, texts: list[str]) -> None:
    assert [line.text for line in title(result)] == texts


def test_a_finding_shows_each_value_with_its_place() -> None:
    assert [line.text for line in finding(FOUND, 2)] == [
        "  it is broken.",
        "    a: 1 (expected 2)   /etc/x:3",
        "    b: none",
        "  If left: It stays broken",
    ]


def test_a_cure_is_the_root_cause_then_the_fix_then_what_a_person_does() -> None:
    caused = FOUND._replace(follows=root_cause)
    quiet = Cure(FIX, Disturbs.NOTHING, 0)
    assert cure(CHECK, caused, quiet).text == "Comes from root-cause; fix that first."
    assert cure(CHECK, FOUND, quiet).text == ("Fix: unshim apply broken   disturbs nothing")
    assert cure(CHECK, FOUND, None).text == f"Remedy: {CHECK.remedy}"


@pytest.mark.parametrize(
    ("disturbs", "ink"),
    [
        (Disturbs.NOTHING, Ink.PASS),
        (Disturbs.KUBELET, Ink.WARNING),
        (Disturbs.DRAIN, Ink.ERROR),
    ],
)
def test_how_much_it_disturbs_has_a_colour_of_its_own(disturbs: Disturbs, ink: Ink) -> None:
    told = cure(CHECK, FOUND, Cure(FIX, disturbs, 0))
    assert told.parts[-1] == (f"   {WORDS[disturbs]}", ink)


def test_an_explanation_ends_with_what_the_fix_does() -> None:
    told = [line.text for line in explanation(CHECK, FIX)]
    assert told[-3:] == [
        "",
        "Fix: Mend it (at most: restarts the kubelet, pods keep running).",
        "It mends.",
    ]
    assert [line.text for line in explanation(CHECK, None)] == told[:-3]


def test_paragraphs_are_filled_again_and_lists_keep_their_breaks() -> None:
    text = "One\nparagraph.\n\nA list:\n- one\n- two"
    assert [line.text for line in paragraphs(text)] == [
        "One paragraph.",
        "",
        "A list:",
        "- one",
        "- two",
    ]


def test_counts_are_dim_where_there_is_nothing() -> None:
    assert counts(VERDICT) == (
        ("1 error", Ink.ERROR),
        ("2 warnings", Ink.WARNING),
        ("0 notes", Ink.DIM),
        ("10 checks", Ink.PLAIN),
        ("4 do not apply", Ink.DIM),
    )


def test_what_was_left_out_or_does_not_apply_is_told_where_there_is_any() -> None:
    def beside(left_out: int, not_applicable: int) -> list[str]:
        tally = COUNTS._replace(not_applicable=not_applicable)
        told = counts(VERDICT._replace(counts=tally, left_out=left_out))
        return [text for text, _ in told[3:]]

    assert beside(0, 0) == ["6 checks"]
    assert beside(3, 0) == ["6 checks", "3 left out"]
    assert beside(1, 1) == ["7 checks", "1 does not apply", "1 left out"]


@pytest.mark.parametrize(
    ("unknown", "reason", "told"),
    [
        (0, "", None),
        (3, "not root", ("3 could not be checked: not root", Ink.ACCENT)),
        (3, "", ("3 could not be checked, for different reasons", Ink.ACCENT)),
    ],
)
def test_what_could_not_look_says_why(
    unknown: int, reason: str, told: tuple[str, Ink] | None
) -> None:
    tally = VERDICT.counts._replace(unknown=unknown)
    assert blind(VERDICT._replace(counts=tally, could_not_look=reason)) == told


def test_a_fault_of_unshim_is_told_apart_and_asked_to_be_reported() -> None:
    assert broke(VERDICT) is None
    seen = VERDICT._replace(counts=COUNTS._replace(unknown=3, broken=2))
    assert broke(seen) == ("2 broke: a fault of unshim itself, please report it", Ink.ERROR)
    told = blind(seen)
    assert told is not None and told[0].startswith("1 could not be checked")


@pytest.mark.parametrize("standing", Standing)
def test_nothing_to_do_is_said_only_of_what_is_well(standing: Standing) -> None:
    words = nothing_next(VERDICT._replace(standing=standing))
    assert (words == "Nothing to do next.") is (standing is Standing.WELL)


def test_a_hop_carries_its_note_under_a_mark() -> None:
    assert hop(Hop("CRI", "v1", HopState.BROKEN, "did not load")).note == (
        "▲ did not load",
        Ink.ERROR,
    )
    assert hop(Hop("CRI", "v1", HopState.FINE)).note[0] == ""
