"""A plan told: warnings, refusals, the diff, the steps, what will be true afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from unshim.judge.disturbs import SENTENCES
from unshim.judge.guards import drain_command, uncordon_command
from unshim.judge.verdict import common_reason
from unshim.model.checks import Outcome
from unshim.model.plan import Disturbs, FileDiff, Forecast, Left, Plan, Refusal
from unshim.model.steps import CordonNode, DrainNode, Step
from unshim.tell import signs
from unshim.tell.disturbs import INKS
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line
from unshim.tell.result import FAULT
from unshim.tell.units import many

_DRAINS = "This drains the node: its pods leave it, and their controllers make them again."


def plan(one: Plan) -> Iterator[Line]:
    """The whole plan."""
    for fix in one.fixes:
        yield line((fix.title, Ink.STRONG))
    if one.steps:
        yield from _disturbs(one)
    for warning in one.warnings:
        yield line((f"! {warning}", Ink.WARNING))
    for note in one.notes:
        yield line((f"! {note.text}", Ink.WARNING))
        if note.command:
            yield from _commands([note.command])
    for number, refusal in enumerate(one.refusals):
        if number or one.fixes:
            yield BLANK
        yield from _refusal(refusal)
    for change in one.diffs:
        yield BLANK
        yield from diff(change, several=len(one.fixes) > 1)
    if one.steps:
        yield BLANK
        yield from _steps(one.steps)
        yield BLANK
        yield from _forecasts(one.forecast)
        yield BLANK
        yield _command("Undo it with: ", "unshim undo")
    if one.left and (one.steps or one.refusals):
        yield BLANK
    yield from _left(one)


def _command(what: str, command: str) -> Line:
    return line(what, (command, Ink.STRONG), breaks=Breaks.ANYWHERE)


def _refusal(refusal: Refusal) -> Iterator[Line]:
    first = f" (first: {refusal.by_hand[0]})" if refusal.then else ""
    yield line((f"✗ Refused: {refusal.fix.title}", Ink.ERROR), first)
    yield line(f"Why: {refusal.reason}")
    if refusal.by_hand:
        yield line("First:" if refusal.then else "By hand:")
        yield from _commands(refusal.by_hand)
    if refusal.then:
        yield line("Then:")
        yield from _commands(refusal.then)


def _commands(commands: Iterable[str]) -> Iterator[Line]:
    for command in commands:
        yield line((command, Ink.STRONG), indent=4, breaks=Breaks.ANYWHERE)


def _left(one: Plan) -> Iterator[Line]:
    """What the plan does not touch; that there is nothing to do, only where all was seen well."""
    blind = [item for item in one.left if item.outcome is Outcome.UNKNOWN and not item.asked]
    for item in one.left:
        if item not in blind:
            yield from _left_alone(item)
    idle = not one.steps and not one.refusals
    if blind:
        why = common_reason(item.words for item in blind) or "the report says why of each"
        many_blind = f"{many(len(blind), 'check')} could not be evaluated ({why})"
        nothing = "; nothing that could be seen has a fix" * idle
        yield line(signs.UNKNOWN, f" {many_blind}{nothing}.")
    elif idle and not one.left:
        yield line("Nothing to do.")


def _left_alone(item: Left) -> Iterator[Line]:
    sign = signs.of(item.outcome, item.severity)
    yield line(sign, f" {item.check_id} {_LEFT[item.outcome]}", (item.words, Ink.PLAIN))


_LEFT = {
    Outcome.PASS: "passes: nothing to do.",
    Outcome.NOT_APPLICABLE: "does not apply: ",
    Outcome.UNKNOWN: "could not be evaluated: ",
    Outcome.ERROR: f"broke, {FAULT}: ",
    Outcome.FAIL: "has no fix. By hand: ",
}


def diff(one: FileDiff, several: bool = False) -> Iterator[Line]:
    """Unified diff lines; the signs in the first column say it without colour. Where there are
    `several` fixes, for which of them it is."""
    if several and one.checks:
        yield line((f"For {', '.join(one.checks)}", Ink.DIM))
    if not one.lines:
        yield line((one.path, Ink.STRONG), "  no text to show")
    for text in one.lines:
        yield line((text.rstrip("\n"), _diff_ink(text)), breaks=Breaks.ANYWHERE)


def _diff_ink(text: str) -> Ink:
    if text.startswith(("--- ", "+++ ")):
        return Ink.STRONG
    return {"+": Ink.PASS, "-": Ink.REMOVED, "@": Ink.DIM}.get(text[:1], Ink.PLAIN)


def _disturbs(one: Plan) -> Iterator[Line]:
    """What the plan disturbs, and the drain around it, as far as it is left to a person."""
    drains = any(isinstance(step, DrainNode) for step in one.steps)
    sentence = _DRAINS if drains else SENTENCES[one.disturbs]
    yield line((sentence, INKS[one.disturbs]))
    if one.disturbs is Disturbs.DRAIN:
        if not drains:
            yield _command("Before: ", drain_command(one.registered))
        if not any(isinstance(step, CordonNode) and not step.cordoned for step in one.steps):
            yield _command("After:  ", uncordon_command(one.registered))


def _steps(steps: Sequence[Step]) -> Iterator[Line]:
    from unshim.apply.kinds import command_of  # a report tells no plan

    yield from numbered([command_of(one) for one in steps])


def numbered(commands: Sequence[str]) -> Iterator[Line]:
    """Commands in the order they are given."""
    yield line((many(len(commands), "step"), Ink.STRONG))
    for number, command in enumerate(commands, 1):
        yield Line(((f"{number:>3}  {command}", Ink.PLAIN),), hang=5)


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
        if item.finding:
            yield line(f"{item.finding}.", indent=6)
    yield line(("  no other check is affected" if moved else "  no check is affected", Ink.DIM))


def _changes(item: Forecast) -> bool:
    if item.before is not item.after:
        return True
    return item.after is Outcome.FAIL and item.severity_after not in (None, item.severity_before)
