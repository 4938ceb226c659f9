"""A plan, told from its values alone."""

from __future__ import annotations

from unshim.model.checks import Outcome, Severity
from unshim.model.plan import Disturbs, FileDiff, Fix, Forecast, Plan, Refusal
from unshim.model.steps import RestartUnit, WriteFile
from unshim.tell.lines import Breaks, Ink, Line
from unshim.tell.plan import plan

FIX = Fix("mend", "broken", "Mend it", "", Disturbs.KUBELET, lambda node: ())
EMPTY = Plan("n", (), (), (), (), (), Disturbs.NOTHING, {}, {})
FULL = Plan(
    "n",
    (FIX,),
    (),
    (WriteFile("/etc/x", b"a\n", b"b\n"), RestartUnit("kubelet.service")),
    (FileDiff("/etc/x", ("--- /etc/x", "+++ /etc/x", "@@ -1 +1 @@", "-a", "+b", " c")),),
    (
        Forecast("broken", Outcome.FAIL, Outcome.PASS, True, None, Severity.WARNING),
        Forecast("same", Outcome.FAIL, Outcome.FAIL, False, Severity.INFO, Severity.INFO),
        Forecast("less", Outcome.FAIL, Outcome.FAIL, False, Severity.INFO, Severity.ERROR),
    ),
    Disturbs.KUBELET,
    {},
    {},
    ("something waits",),
)


def _texts(one: Plan) -> list[str]:
    return [line.text for line in plan(one)]


def test_a_plan_is_told_from_its_price_to_its_forecast() -> None:
    assert _texts(FULL) == [
        "Mend it",
        "This restarts the kubelet, pods keep running.",
        "! something waits",
        "",
        "--- /etc/x",
        "+++ /etc/x",
        "@@ -1 +1 @@",
        "-a",
        "+b",
        " c",
        "",
        "2 steps",
        "  1  write /etc/x",
        "  2  systemctl restart kubelet",
        "",
        "Afterwards",
        "  broken  ! → ✓  expected, looked at again afterwards",
        "  less    ✗ → i",
        "  no other check is affected",
    ]


def test_a_refusal_says_why_and_what_a_person_can_do() -> None:
    refused = EMPTY._replace(refusals=(Refusal(FIX, "not now", ("do this", "then that")),) * 2)
    once = ["✗ Refused: Mend it", "Why: not now", "By hand:", "    do this", "    then that"]
    assert _texts(refused) == [*once, "", *once]


def test_an_empty_plan_says_so() -> None:
    assert _texts(EMPTY) == ["Nothing to do."]


def test_a_plan_that_changes_no_check_says_so() -> None:
    assert _texts(FULL._replace(forecast=()))[-2:] == ["Afterwards", "  no check is affected"]


def test_a_file_without_text_is_named() -> None:
    assert "/etc/key  no text to show" in _texts(FULL._replace(diffs=(FileDiff("/etc/key", ()),)))


def test_what_is_to_be_copied_is_not_broken_at_spaces() -> None:
    refusal = Refusal(FIX, "no", ("systemctl restart kubelet",))
    told = [*plan(FULL), *plan(EMPTY._replace(refusals=(refusal,)))]
    whole = {line.text.strip() for line in told if line.breaks is Breaks.ANYWHERE}
    assert whole == {*map(str.strip, FULL.diffs[0].lines), "systemctl restart kubelet"}


def test_each_line_of_a_diff_has_its_ink() -> None:
    told: list[Line] = [line for line in plan(FULL) if line.breaks is Breaks.ANYWHERE]
    assert [line.parts[0][1] for line in told] == [
        Ink.STRONG,
        Ink.STRONG,
        Ink.DIM,
        Ink.REMOVED,
        Ink.PASS,
        Ink.PLAIN,
    ]
