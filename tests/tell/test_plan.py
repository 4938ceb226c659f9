"""A plan, told from its values alone."""

from __future__ import annotations

import pytest

from unshim.model.checks import Outcome, Severity
from unshim.model.plan import Disturbs, FileDiff, Fix, Forecast, Left, Note, Plan, Refusal
from unshim.model.steps import CordonNode, DrainNode, RestartUnit, WriteFile
from unshim.tell.lines import Breaks, Ink, Line, rows
from unshim.tell.plan import numbered, plan

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
        Forecast(
            "less",
            Outcome.FAIL,
            Outcome.FAIL,
            False,
            Severity.INFO,
            Severity.ERROR,
            "it is not set",
        ),
    ),
    Disturbs.KUBELET,
    {},
    {},
    ("something waits",),
)


def _texts(one: Plan) -> list[str]:
    return [line.text for line in plan(one)]


def test_who_drains_the_node_is_said() -> None:
    drain, uncordon = DrainNode("n", "/k", 60), CordonNode("n", "/k", False)
    restart = RestartUnit("containerd.service")
    needing = FULL._replace(disturbs=Disturbs.DRAIN, registered="n", steps=(restart,))
    assert _texts(needing)[1:4] == [
        "Drain the node first: its pods are recreated.",
        "Before: kubectl drain n --ignore-daemonsets --delete-emptydir-data",
        "After:  kubectl uncordon n",
    ]
    told = _texts(needing._replace(steps=(drain, restart)))
    assert told[1].startswith("This drains the node") and told[2] == "After:  kubectl uncordon n"
    told = _texts(needing._replace(steps=(drain, restart, uncordon)))
    assert not any(text.startswith(("Before:", "After:")) for text in told)


def test_a_long_command_goes_on_below_itself() -> None:
    _, told = numbered(["ctr -n default images export - web:1 | ctr -n k8s.io images import -"])
    first, *others = rows(told, 40)
    assert first.text.startswith("  1  ctr -n default")
    assert others and all(row.text.startswith("     ") and row.text[5] != " " for row in others)


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
        "      it is not set.",
        "  no other check is affected",
        "",
        "Undo it with: unshim undo",
    ]


def test_a_refusal_says_why_and_what_a_person_can_do() -> None:
    refused = EMPTY._replace(refusals=(Refusal(FIX, "not now", ("do this", "then that")),) * 2)
    once = ["✗ Refused: Mend it", "Why: not now", "By hand:", "    do this", "    then that"]
    assert _texts(refused) == [*once, "", *once]


def test_a_refusal_that_lacks_something_ends_with_what_then_works() -> None:
    refused = EMPTY._replace(refusals=(Refusal(FIX, "no image", ("pull it",), ("mend it",)),))
    assert _texts(refused)[0] == "✗ Refused: Mend it (first: pull it)"
    assert _texts(refused)[2:] == ["First:", "    pull it", "Then:", "    mend it"]


def test_an_empty_plan_says_so() -> None:
    assert _texts(EMPTY) == ["Nothing to do."]


def _left(outcome: Outcome, words: str, asked: bool, severity: Severity | None = None) -> Left:
    return Left("a-check", outcome, severity, words, asked)


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (
            (_left(Outcome.UNKNOWN, "not root", asked=False),) * 4,
            ["? 4 checks could not be evaluated (not root); nothing that could be seen has a fix."],
        ),
        (
            (
                _left(Outcome.UNKNOWN, "not root", asked=False),
                _left(Outcome.ERROR, "KeyError in the check itself", asked=False),
                _left(Outcome.FAIL, "Install it.", False, Severity.WARNING),
            ),
            [
                "? a-check broke, a fault of unshim itself, please report it: KeyError in the "
                "check itself",
                "! a-check has no fix. By hand: Install it.",
                "? 1 check could not be evaluated (not root); nothing that could be seen has a "
                "fix.",
            ],
        ),
        (
            (
                _left(Outcome.UNKNOWN, "not root", asked=False),
                _left(Outcome.UNKNOWN, "timed out", asked=False),
            ),
            [
                "? 2 checks could not be evaluated (the report says why of each); nothing that "
                "could be seen has a fix.",
            ],
        ),
        ((_left(Outcome.PASS, "", asked=True),), ["✓ a-check passes: nothing to do."]),
        (
            (_left(Outcome.NOT_APPLICABLE, "there is no kubelet", asked=True),),
            ["– a-check does not apply: there is no kubelet"],
        ),
        (
            (_left(Outcome.UNKNOWN, "not root", asked=True),),
            ["? a-check could not be evaluated: not root"],
        ),
        (
            (_left(Outcome.FAIL, "Install it.", True, Severity.ERROR),),
            ["✗ a-check has no fix. By hand: Install it."],
        ),
    ],
)
def test_a_plan_without_steps_says_what_it_leaves_and_why(
    left: tuple[Left, ...], says: list[str]
) -> None:
    assert _texts(EMPTY._replace(left=left)) == says


def test_what_could_not_be_evaluated_is_said_beside_steps_too() -> None:
    told = _texts(FULL._replace(left=(_left(Outcome.UNKNOWN, "not root", asked=False),)))
    assert told[-2:] == ["", "? 1 check could not be evaluated (not root)."]


def test_a_note_stands_before_the_steps_with_its_command_whole() -> None:
    notes = (Note("two of it run"), Note("it stays", "docker stop x | y"))
    told = [*plan(FULL._replace(notes=notes))]
    assert [row.text for row in told[3:6]] == [
        "! two of it run",
        "! it stays",
        "    docker stop x | y",
    ]
    assert told[5].breaks is Breaks.ANYWHERE


def test_a_drain_is_told_with_its_commands() -> None:
    told = _texts(FULL._replace(disturbs=Disturbs.DRAIN, registered="n.of.cluster"))
    assert told[2:4] == [
        "Before: kubectl drain n.of.cluster --ignore-daemonsets --delete-emptydir-data",
        "After:  kubectl uncordon n.of.cluster",
    ]


def test_a_diff_says_which_of_several_fixes_it_is_for() -> None:
    diff = FULL.diffs[0]._replace(checks=("broken", "other"))
    assert "For broken, other" not in _texts(FULL._replace(diffs=(diff,)))
    told = _texts(FULL._replace(diffs=(diff,), fixes=(FIX, FIX)))
    assert told[told.index("--- /etc/x") - 1] == "For broken, other"


def test_a_plan_that_changes_no_check_says_so() -> None:
    assert _texts(FULL._replace(forecast=()))[-4:-2] == ["Afterwards", "  no check is affected"]


def test_a_file_without_text_is_named() -> None:
    assert "/etc/key  no text to show" in _texts(FULL._replace(diffs=(FileDiff("/etc/key", ()),)))


def test_what_is_to_be_copied_is_not_broken_at_spaces() -> None:
    refusal = Refusal(FIX, "no", ("systemctl restart kubelet",))
    told = [*plan(FULL), *plan(EMPTY._replace(refusals=(refusal,)))]
    whole = {line.text.strip() for line in told if line.breaks is Breaks.ANYWHERE}
    undo = "Undo it with: unshim undo"
    assert whole == {*map(str.strip, FULL.diffs[0].lines), "systemctl restart kubelet", undo}


def test_each_line_of_a_diff_has_its_ink() -> None:
    told: list[Line] = [line for line in plan(FULL) if line.breaks is Breaks.ANYWHERE][:-1]
    assert [line.parts[0][1] for line in told] == [
        Ink.STRONG,
        Ink.STRONG,
        Ink.DIM,
        Ink.REMOVED,
        Ink.PASS,
        Ink.PLAIN,
    ]
