"""A plan as text: diffs, commands, what it disturbs, and the forecast."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.prices import PRICES
from unshim.model.checks import Outcome
from unshim.model.plan import Plan
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile
from unshim.report.lines import Line

SIGNS = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.UNKNOWN: "?",
    Outcome.ERROR: "?",
    Outcome.NOT_APPLICABLE: "–",
}


def command_of(step: Step) -> str:
    """A step as the command a person would give; "" for a file, which shows as a diff."""
    match step:
        case RestartUnit(unit):
            return f"systemctl restart {unit.removesuffix('.service')}"
        case ReloadSystemd():
            return "systemctl daemon-reload"
        case ShareImage(source=source, target=target, name=name):
            return (
                f"ctr -n {source} images export - {name} | ctr -n {target} images import -"
                "   (shared, not copied)"
            )
        case WriteFile():
            return ""


def as_text(plan: Plan) -> Iterator[Line]:
    """The plan in lines, diff lines in diff colours."""
    for fix in plan.fixes:
        yield Line(fix.title, "bold")
    if plan.steps:
        yield Line(f"This {PRICES[plan.disturbs]}.")
    for diff in plan.diffs:
        yield Line("")
        for line in diff.lines:
            yield Line(line.rstrip("\n"), _diff_style(line))
    commands = [c for c in map(command_of, plan.steps) if c]
    if commands:
        yield Line("")
        yield from (Line(f"then  {command}") for command in commands)
    if plan.forecast:
        yield Line("")
        for forecast in plan.forecast:
            after = SIGNS[forecast.after]
            note = "   expected, looked at again afterwards" if forecast.expected else ""
            yield Line(f"after {forecast.check_id} {SIGNS[forecast.before]} → {after}{note}")
    for warning in plan.warnings:
        yield Line(f"note  {warning}", "yellow")
    for refusal in plan.refusals:
        yield Line("")
        yield Line(f"refused: {refusal.fix.title}", "yellow")
        yield Line(f"  {refusal.reason}")
        if refusal.by_hand:
            yield Line("  by hand:")
            yield from (Line(f"    {command}") for command in refusal.by_hand)
    if not plan.steps and not plan.refusals:
        yield Line("Nothing to do.")


def _diff_style(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
