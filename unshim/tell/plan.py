"""A plan told: warnings, refusals, the diff, the steps, what will be true afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unshim.judge.disturbs import SENTENCES
from unshim.model.checks import Outcome
from unshim.model.plan import FileDiff, Forecast, Plan, Refusal
from unshim.model.steps import Step
from unshim.tell import signs
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line
from unshim.tell.units import many


def plan(one: Plan) -> Iterator[Line]:
    """The whole plan."""
    for fix in one.fixes:
        yield line((fix.title, Ink.STRONG))
    if one.steps:
        yield line((SENTENCES[one.disturbs], Ink.WARNING))
    for warning in one.warnings:
        yield line((f"! {warning}", Ink.WARNING))
    for number, refusal in enumerate(one.refusals):
        if number or one.fixes:
            yield BLANK
        yield from _refusal(refusal)
    if not one.steps and not one.refusals:
        yield line("Nothing to do.")
    for diff in one.diffs:
        yield BLANK
        yield from _diff(diff)
    if one.steps:
        yield BLANK
        yield from _steps(one.steps)
        yield BLANK
        yield from _forecasts(one.forecast)


def _refusal(refusal: Refusal) -> Iterator[Line]:
    yield line((f"✗ Refused: {refusal.fix.title}", Ink.ERROR))
    yield line(f"Why: {refusal.reason}")
    if refusal.by_hand:
        yield line("By hand:")
        for command in refusal.by_hand:
            yield line((command, Ink.STRONG), indent=4, breaks=Breaks.ANYWHERE)


def _diff(diff: FileDiff) -> Iterator[Line]:
    """Unified diff lines; the signs in the first column say it without colour."""
    if not diff.lines:
        yield line((diff.path, Ink.STRONG), "  no text to show")
    for text in diff.lines:
        yield line((text.rstrip("\n"), _diff_ink(text)), breaks=Breaks.ANYWHERE)


def _diff_ink(text: str) -> Ink:
    if text.startswith(("--- ", "+++ ")):
        return Ink.STRONG
    return {"+": Ink.PASS, "-": Ink.REMOVED, "@": Ink.DIM}.get(text[:1], Ink.PLAIN)


def _steps(steps: Sequence[Step]) -> Iterator[Line]:
    from unshim.apply.kinds import command_of  # a report tells no plan

    yield line((many(len(steps), "step"), Ink.STRONG))
    for number, one in enumerate(steps, 1):
        yield line(f"{number:>3}  {command_of(one)}")


def _forecasts(forecasts: Sequence[Forecast]) -> Iterator[Line]:
    """Checks that come out otherwise afterwards; the rest in one line."""
    yield line(("Afterwards", Ink.STRONG))
    moved = [f for f in forecasts if _changes(f)]
    width = max((len(f.check_id) for f in moved), default=0)
    for item in moved:
        before = signs.of(item.before, item.severity_before)
        after = signs.of(item.after, item.severity_after)
        later = ("  expected, looked at again afterwards", Ink.DIM) if item.expected else ""
        name = item.check_id.ljust(width)
        yield line(f"  {name}  ", before, " → ", after, later, breaks=Breaks.NEVER)
    yield line(("  no other check is affected" if moved else "  no check is affected", Ink.DIM))


def _changes(item: Forecast) -> bool:
    if item.before is not item.after:
        return True
    return item.after is Outcome.FAIL and item.severity_after not in (None, item.severity_before)
