"""The text report: the opening screen's sentence and chain first, then every finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unshim.judge.diagnose import weight
from unshim.model.checks import Check, Finding, Outcome, Result, Severity
from unshim.model.plan import Cure, Fix, Plan
from unshim.model.session import Hop, Look, Verdict
from unshim.report.formats import Contents
from unshim.report.table import Cell, Table
from unshim.tell import plan as telling_plan
from unshim.tell import result as telling
from unshim.tell import signs
from unshim.tell.cells import cells, pad
from unshim.tell.lines import BLANK, Breaks, Ink, Line, Part, line, rows
from unshim.tell.runs import not_at_its_end
from unshim.tell.verdict import blind, broke, counts, hop, suggestion

NARROWEST = 20


def painted(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Lines in rows of at most `width` columns; what may not be broken at spaces stays whole."""
    for one in lines:
        if one.breaks is Breaks.AT_SPACES:
            yield from rows(one, max(width, NARROWEST))
        else:
            yield one


def as_text(contents: Contents) -> Iterator[Line]:
    """The report in rows of at most the width that is asked for."""
    look, verdict, width = contents.look, contents.verdict, contents.width
    if verdict.open_run:
        yield from painted([not_at_its_end(verdict.open_run), BLANK], width)
    yield from _head(look, verdict, contents.banner)
    yield from painted([line((verdict.sentence, Ink.STRONG)), _counts(verdict)], width)
    if verdict.chain:
        yield BLANK
        yield from chain_rows(verdict.chain, width)
    if verdict.suggestions:
        yield BLANK
        yield line(("Next", Ink.STRONG))
        yield from painted(_next(verdict), width)
    yield from painted(_findings(look, verdict), width)
    yield from painted(_unknown(look), width)


def _next(verdict: Verdict) -> Iterator[Line]:
    for number, one in enumerate(verdict.suggestions, 1):
        title, disturbs = suggestion(verdict, one)
        more = disturbs if one.fixable else f"{disturbs}: unshim explain {one.check_id}"
        yield line(f"{number} {title} ({more})", indent=2)


def _head(look: Look, verdict: Verdict, banner: str) -> Iterator[Line]:
    name = look.node.machine.name or "this node"
    yield line((f"unshim   {name}   {' · '.join(verdict.versions)}", Ink.STRONG))
    if banner:
        yield line((banner, Ink.DIM))
    yield BLANK


def _counts(verdict: Verdict) -> Line:
    parts = [*counts(verdict), *filter(None, [broke(verdict), blind(verdict)])]
    separated = [part for one in parts for part in (one, ", ")]
    return line(*separated[:-1], ".")


def chain_rows(chain: tuple[Hop, ...], width: int) -> Iterator[Line]:
    """The chain as three rows (names, details, what is wrong), or as a list where too wide."""
    hops = [hop(one) for one in chain]
    columns = [max(cells(text) for text, _ in one) for one in hops]
    if sum(columns) + 5 * len(chain) > width:
        for one in hops:
            note = (f"  {one.note[0]}", one.note[1])
            yield _trimmed(("  ", Ink.PLAIN), _padded(one.name, 13), one.detail, note)
        return

    def across(parts: Iterable[Part], between: str) -> Line:
        padded = (_padded(part, column) for part, column in zip(parts, columns, strict=True))
        joined = [part for one in padded for part in ((between, Ink.PLAIN), one)]
        return _trimmed(*joined[1:])

    yield across((one.name for one in hops), " ──▶ ")
    yield across((one.detail for one in hops), "     ")
    notes = across((one.note for one in hops), "     ")
    if notes.parts:
        yield notes


def _padded(part: Part, width: int) -> Part:
    return pad(part[0], width), part[1]


def _trimmed(*parts: Part) -> Line:
    """A line of these parts, without blanks at its end."""
    kept = list(parts)
    while kept and not kept[-1][0].rstrip():
        kept.pop()
    if kept:
        text, ink = kept[-1]
        kept[-1] = (text.rstrip(), ink)
    return Line(tuple(kept), breaks=Breaks.NEVER)


def _findings(look: Look, verdict: Verdict) -> Iterator[Line]:
    """Every finding with its cure, the most severe first."""
    failed = sorted((r for r in look.results if r.findings), key=weight)
    for severity in Severity:
        for result in failed:
            for finding in result.findings:
                if (finding.severity or result.check.severity) is severity:
                    yield BLANK
                    cure = verdict.cures.get(result.check.id)
                    yield from _finding(result, finding, severity, cure)


def _finding(
    result: Result, finding: Finding, severity: Severity, cure: Cure | None
) -> Iterator[Line]:
    sign, ink = signs.of_severity(severity)
    yield line((f"{sign} {result.check.id}", ink))
    yield from telling.finding(finding, indent=2)
    yield telling.cure(result.check, finding, cure, indent=2)


def _unknown(look: Look) -> Iterator[Line]:
    sections = {
        Outcome.ERROR: f"{telling.FAULT[0].upper()}{telling.FAULT[1:]}",
        Outcome.UNKNOWN: "Could not be evaluated",
    }
    for outcome, title in sections.items():
        unknown = [r for r in look.results if r.outcome is outcome]
        if unknown:
            yield BLANK
            yield line((title, Ink.STRONG))
        for result in unknown:
            yield line(signs.UNKNOWN, f" {result.check.id}: {result.reason}", indent=2)


def plan_as_text(plan: Plan, width: int = 80) -> Iterator[Line]:
    """A plan in rows; its diffs and commands stay whole, to be copied."""
    return painted(telling_plan.plan(plan), width)


def explained(check: Check, fix: Fix | None, width: int = 80) -> Iterator[Line]:
    """`unshim explain ID`."""
    names = (check.id, check.subject, f"{check.severity.value} at most")
    head = (line((" · ".join(names), Ink.STRONG)), line(f"{check.title}."), BLANK)
    yield from painted((*head, *telling.explanation(check, fix)), width)


def listed(checks: Iterable[Check], fixes: Iterable[Fix]) -> Table:
    """`unshim list`."""
    curable = {fix.check_id for fix in fixes}
    plain: list[Line] = []
    rows: list[tuple[Cell, ...]] = []
    for check in checks:
        mark = "fix" if check.id in curable else ""
        severity = str(check.severity)
        plain.append(
            line(f"{check.id:<36} {severity:<8} {mark:<3}  {check.title}", breaks=Breaks.NEVER)
        )
        _, ink = signs.of_severity(check.severity)
        told = ((check.id, Ink.STRONG), (severity, ink), (mark, Ink.PASS), (check.title, Ink.PLAIN))
        rows.append(tuple((part,) for part in told))
    return Table(("check", "at most", "", "what it looks for"), tuple(rows), tuple(plain))
