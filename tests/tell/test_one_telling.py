"""The text report and the screens say the same of every recorded node, in the same words."""

from __future__ import annotations

import re

import pytest

from tests.laws.nodes import FIXES, NAMES, look, plan
from tests.tui.driving import opened, picture, seen
from tests.tui.recorded import recorded
from tui.lines.story import brief
from tui.lines.text import Line, painted
from tui.screens.overview import _counts, _finding_lines
from unshim.judge.verdict import verdict
from unshim.model.checks import Outcome, Result
from unshim.model.plan import Cure
from unshim.report.as_text import as_text, plan_as_text
from unshim.report.formats import Contents
from unshim.tell.plan import plan as telling_plan

WIDTH = 100
CURE = re.compile(r" (?=(?:Fix: unshim apply|First:|Remedy:|Comes from) )")


def _words(text: str) -> str:
    return " ".join(text.split())


def _report(name: str) -> str:
    contents = Contents(look(name), verdict(look(name), FIXES), FIXES, {}, width=WIDTH)
    return "\n".join(row.text for row in as_text(contents))


def _blocks(name: str) -> list[tuple[str, str]]:
    """The findings of a text report: the check's id, and what is said below it."""
    blocks = (block.split("\n", 1) for block in _report(name).split("\n\n"))
    return [
        (head[2:], _words(rest)) for head, *body in blocks for rest in body if head[:1] in "✗!i"
    ]


def _screen(lines: list[Line]) -> str:
    return _words(" ".join(line.plain for line in lines))


def _cure(name: str, result: Result) -> Cure | None:
    return verdict(look(name), FIXES).cures.get(result.check.id)


def _brief(name: str, result: Result) -> str:
    return _screen(brief(result, _cure(name, result), WIDTH))


@pytest.mark.parametrize("name", NAMES)
def test_each_finding_is_told_alike(name: str) -> None:
    briefs = {r.check.id: _brief(name, r) for r in look(name).results}
    blocks = _blocks(name)
    assert len(blocks) == sum(len(r.findings) for r in look(name).results)
    for check_id, said in blocks:
        finding, cure = CURE.split(said)
        assert finding in briefs[check_id]
        assert cure in briefs[check_id]


@pytest.mark.parametrize("name", NAMES)
def test_findings_stand_in_one_order(name: str) -> None:
    in_report = list(dict.fromkeys(check_id for check_id, _ in _blocks(name)))
    on_screen = [line.plain.split()[1] for line in _finding_lines(look(name).results, WIDTH)[1:]]
    assert list(dict.fromkeys(on_screen)) == in_report


@pytest.mark.parametrize("name", NAMES)
def test_what_could_not_look_gives_the_same_reason(name: str) -> None:
    report = _words(_report(name))
    for result in look(name).results:
        if result.outcome in (Outcome.UNKNOWN, Outcome.ERROR):
            assert _words(f"? {result.check.id}: {result.reason}") in report
            assert _words(result.reason) in _brief(name, result)


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_are_told_alike(name: str) -> None:
    report = _words(_report(name))
    on_screen = _counts(verdict(look(name), FIXES), 0.0, 300)[0].plain
    first, *blind = on_screen.removesuffix(" (f shows them)").split("  ? ")
    counts = first.removesuffix(", in 0.0 s").split("  ")
    assert ", ".join([*counts, *map(_words, blind)]) + "." in report


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_is_told_alike(name: str) -> None:
    report = [row.text for row in plan_as_text(plan(name), WIDTH)]
    screen = painted(telling_plan(plan(name)), 400)
    assert _words(" ".join(report)).expandtabs(1) == _screen(screen)


async def test_the_list_of_findings_stands_in_the_order_of_the_report() -> None:
    async with opened(recorded("half-migrated", every=True), "f", size=(160, 50)) as pilot:
        await seen(pilot, "by severity")
        shown = [
            row[3:].split()[0] for row in picture(pilot).splitlines()[2:20] if row[1:4].strip()
        ]
    failed = dict.fromkeys(check_id for check_id, _ in _blocks("half-migrated"))
    assert shown[: len(failed)] == list(failed)
