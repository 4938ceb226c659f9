"""A plan told in lines: warnings, refusals, the diff, the steps, what will be true afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from tui.lines import signs
from tui.lines.text import Ink, Line, fit, folded, wrapped
from tui.lines.units import many
from unshim.judge.prices import PRICES
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.plan import FileDiff, Forecast, Plan, Refusal
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile


def told(plan: Plan, results: Sequence[Result], width: int) -> list[Line]:
    """The whole plan in lines of at most `width` cells."""
    lines: list[Line] = []
    for fix in plan.fixes:
        lines += wrapped(fix.title, width, Ink.STRONG)
    if plan.steps:
        lines += wrapped(f"This {PRICES[plan.disturbs]}.", width, Ink.WARNING)
    for warning in plan.warnings:
        lines += wrapped(f"! {warning}", width, Ink.WARNING)
    for refusal in plan.refusals:
        lines += [Line("")] if lines else []
        lines += _refusal(refusal, width)
    if not plan.steps and not plan.refusals:
        lines.append(Line("Nothing has to be changed."))
    for diff in plan.diffs:
        lines += [Line(""), *_diff(diff, width)]
    if plan.steps:
        lines += [Line(""), *_steps(plan.steps, width)]
        lines += [Line(""), *_forecast(plan.forecast, results, width)]
    return lines


def _refusal(refusal: Refusal, width: int) -> list[Line]:
    lines = wrapped(f"✗ Refused: {refusal.fix.title}", width, Ink.ERROR)
    lines += wrapped(f"Why: {refusal.reason}", width)
    if refusal.by_hand:
        lines.append(Line("By hand:"))
        for command in refusal.by_hand:
            lines += folded(command, width, Ink.STRONG, "    ")
    return lines


def _diff(diff: FileDiff, width: int) -> list[Line]:
    """Unified diff lines; the signs in the first column say it without colour."""
    if not diff.lines:
        return [Line((diff.path, Ink.STRONG), "  no text to show")]
    return [line for text in diff.lines for line in folded(text, width, _diff_ink(text))]


def _diff_ink(text: str) -> Ink:
    if text.startswith(("--- ", "+++ ")):
        return Ink.STRONG
    return {"+": Ink.PASS, "-": Ink.REMOVED, "@": Ink.DIM}.get(text[:1], Ink.PLAIN)


def _steps(steps: Sequence[Step], width: int) -> list[Line]:
    lines = [Line((many(len(steps), "step"), Ink.STRONG))]
    for number, step in enumerate(steps, 1):
        lines += wrapped(f"{number:>3}  {step_words(step)}", width)
    return lines


def step_words(step: Step) -> str:
    """A step as the command or act a person would give."""
    match step:
        case WriteFile(path, None, _):
            return f"create {path}"
        case WriteFile(path, _, None):
            return f"remove {path}"
        case WriteFile(path):
            return f"write {path}"
        case ReloadSystemd():
            return "systemctl daemon-reload"
        case RestartUnit(unit):
            return f"systemctl restart {unit}"
        case ShareImage(_, source, target, name):
            return f"share image {name}: {source} → {target}"


def _forecast(forecast: Sequence[Forecast], results: Sequence[Result], width: int) -> list[Line]:
    """Checks that come out otherwise afterwards; the rest in one line."""
    severities = {r.check.id: r.severity for r in results}
    moved = [f for f in forecast if _changes(f, severities.get(f.check_id))]
    lines = [Line(("Afterwards", Ink.STRONG))]
    column = max((len(f.check_id) for f in moved), default=0)
    for item in moved:
        before = signs.of(item.before, severities.get(item.check_id))
        after = signs.of(item.after, item.severity_after)
        line = Line("  ", fit(item.check_id, min(column, width - 30)), "  ", before, " → ", after)
        if item.expected:
            line += Line(("  expected, looked at afterwards", Ink.DIM))
        lines.append(line.cut(width))
    lines.append(Line(("  no other check changes" if moved else "  no check changes", Ink.DIM)))
    return lines


def _changes(item: Forecast, severity: Severity | None) -> bool:
    if item.before is not item.after:
        return True
    after = item.severity_after
    return item.after is Outcome.FAIL and after is not None and after is not severity
