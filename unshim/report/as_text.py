"""The text report: the opening screen's sentence and chain first, then every finding."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from unshim.judge.prices import PRICES, price
from unshim.judge.verdict import weight
from unshim.model.checks import Check, Finding, Outcome, Result, Severity
from unshim.model.plan import Fix
from unshim.model.session import Hop, HopState, Look, Verdict
from unshim.report.lines import Line

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def as_text(
    look: Look, verdict: Verdict, fixes: Iterable[Fix], width: int = 80, banner: str = ""
) -> Iterator[Line]:
    """The report in lines of at most `width` columns; each line has a style."""
    by_check = {fix.check_id: fix for fix in fixes}
    name = look.node.machine.name or "this node"
    yield Line(f"unshim   {name}   {' · '.join(verdict.versions)}", "bold")
    if banner:
        yield Line(banner, "dim")
    yield Line("")
    yield from _wrapped(verdict.sentence, width, style="bold")
    yield from _wrapped(_tally(look, verdict), width)
    yield Line("")
    yield from chain_lines(verdict.chain, width)
    if verdict.acts:
        yield Line("")
        yield Line("Next", "bold")
        for number, act in enumerate(verdict.acts, start=1):
            yield from _wrapped(f"{number} {act.title} ({act.price})", width, "  ")
    failed = sorted((r for r in look.results if r.findings), key=weight)
    cures = {r.check.id: by_check[r.check.id] for r in failed if r.check.id in by_check}
    costs = {check_id: price(cure, look.node) for check_id, cure in cures.items()}
    for severity in Severity:
        for result in failed:
            for finding in result.findings:
                if (finding.severity or result.check.severity) is severity:
                    yield Line("")
                    yield from _finding(result, finding, costs.get(result.check.id, ""), width)
    unknown = [r for r in look.results if r.outcome in (Outcome.UNKNOWN, Outcome.ERROR)]
    if unknown:
        yield Line("")
        yield Line("Could not be evaluated", "bold")
        for result in unknown:
            yield from _wrapped(f"? {result.check.id}: {result.reason}", width, "  ")


def _tally(look: Look, verdict: Verdict) -> str:
    counts = verdict.counts
    words = [
        f"{counts.errors} error{'s' * (counts.errors != 1)}",
        f"{counts.warnings} warning{'s' * (counts.warnings != 1)}",
        f"{counts.notes} note{'s' * (counts.notes != 1)}",
        f"{len(look.results)} checks",
    ]
    if counts.unknown:
        words.append(f"{counts.unknown} could not look: {verdict.could_not_look or 'see below'}")
    return ", ".join(words) + "."


def chain_lines(chain: tuple[Hop, ...], width: int) -> Iterator[Line]:
    """The chain as three rows (names, details, what is wrong), or as a list where too wide."""
    columns = [max(len(h.name), len(h.detail), len(h.note) + 2 * bool(h.note)) for h in chain]
    if sum(columns) + 5 * len(chain) > width:
        for hop in chain:
            note = f"  ▲ {hop.note}" if hop.note else ""
            yield Line(f"  {hop.name:<12} {hop.detail}{note}".rstrip())
        return
    pairs = list(zip(chain, columns, strict=True))
    yield Line(" ──▶ ".join(h.name.ljust(c) for h, c in pairs).rstrip())
    yield Line("     ".join(h.detail.ljust(c) for h, c in pairs).rstrip(), "dim")
    notes = "     ".join((f"▲ {h.note}" if h.note else "").ljust(c) for h, c in pairs).rstrip()
    if notes:
        broken = any(h.note and h.state is HopState.BROKEN for h in chain)
        yield Line(notes, "red" if broken else "yellow")


def _finding(result: Result, finding: Finding, cost: str, width: int) -> Iterator[Line]:
    """`cost` is the price of its fix, "" where it has none."""
    severity = finding.severity or result.check.severity
    yield Line(f"{SIGNS[severity]} {result.check.id}", STYLES[severity])
    yield from _wrapped(finding.summary + ".", width, "  ")
    for evidence in finding.evidence:
        place = f"   {evidence.source}" if evidence.source else ""
        expected = f" (expected {evidence.expected})" if evidence.expected else ""
        yield from _wrapped(
            f"{evidence.what}: {evidence.value}{expected}{place}", width, "    ", hang="      "
        )
    if finding.hurts:
        yield from _wrapped(f"If left: {finding.hurts}", width, "  ")
    if finding.caused_by:
        yield from _wrapped(f"Comes from {finding.caused_by}; cure that first.", width, "  ")
    elif cost:
        yield from _wrapped(f"Fix: unshim apply {result.check.id}   {cost}", width, "  ")
    else:
        yield from _wrapped(f"Remedy: {result.check.remedy}", width, "  ")


def explained(check: Check, fix: Fix | None, width: int = 80) -> Iterator[Line]:
    """`unshim explain ID`."""
    yield Line(f"{check.id}   {check.severity.value} at most   {check.subject}", "bold")
    yield from _wrapped(check.title + ".", width)
    for paragraph in check.explanation.split("\n\n"):
        yield Line("")
        yield from _wrapped(" ".join(paragraph.split()), width)
    yield Line("")
    yield from _wrapped(f"Remedy: {check.remedy}", width)
    if fix is not None:
        yield Line("")
        yield from _wrapped(f"Fix: {fix.title} ({PRICES[fix.disturbs]}).", width)
        yield from _wrapped(" ".join(fix.explanation.split()), width)


def listed(checks: Iterable[Check], fixes: Iterable[Fix]) -> Iterator[Line]:
    """`unshim list`."""
    curable = {fix.check_id for fix in fixes}
    for check in checks:
        mark = "fix" if check.id in curable else "   "
        yield Line(f"{check.id:<36} {check.severity.value:<8} {mark}  {check.title}")


def _wrapped(
    text: str, width: int, indent: str = "", hang: str | None = None, style: str = ""
) -> Iterator[Line]:
    lines = textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent + "  " if hang is None and indent else hang or "",
        break_on_hyphens=False,
        break_long_words=False,
    )
    yield from (Line(line, style) for line in lines)
