"""One result told in lines: what is wrong, what was read and where, what hurts, what cures it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.lines import signs
from tui.lines.text import Ink, Line, fit, wrapped
from unshim.judge.prices import PRICES
from unshim.model.checks import Evidence, Finding, Outcome, Result
from unshim.model.plan import Fix

_OUTCOMES = {
    Outcome.PASS: "passes",
    Outcome.FAIL: "",
    Outcome.UNKNOWN: "could not look",
    Outcome.NOT_APPLICABLE: "does not apply here",
    Outcome.ERROR: "the check itself broke",
}


def brief(result: Result, fix: Fix | None, width: int) -> list[Line]:
    """What a person needs to decide: findings with evidence, then the cure, then why."""
    lines = _title(result, width)
    for finding in result.findings:
        lines += ["", *_finding(finding, width)]
    if cure := _cure(result, fix, width):
        lines += ["", *cure]
    return _spaced([*lines, "", *_explanation(result, width)])


def whole(result: Result, fix: Fix | None, width: int) -> list[Line]:
    """Everything known of a result and its check, explanation first."""
    lines = [*_title(result, width), "", *_explanation(result, width)]
    for finding in result.findings:
        lines += ["", *_finding(finding, width)]
    lines += ["", *_cure(result, fix, width)]
    if fix is not None:
        lines += ["", *_paragraphs(fix.explanation, width)]
    return _spaced(lines)


def as_text(result: Result, fix: Fix | None) -> str:
    """The brief as plain text, to copy."""
    return "\n".join(line.plain.rstrip() for line in brief(result, fix, 100)) + "\n"


def _spaced(lines: Sequence[Line | str]) -> list[Line]:
    return [Line(line) if isinstance(line, str) else line for line in lines]


def _title(result: Result, width: int) -> list[Line | str]:
    sign, ink = signs.of_result(result)
    severity = result.severity.value if result.severity else _OUTCOMES[result.outcome]
    lines: list[Line | str] = [*wrapped(f"{sign} {result.check.title}", width, ink)]
    lines.append(Line((f"{result.check.id} · {result.check.subject} · {severity}", Ink.DIM)))
    if result.reason:
        lines += wrapped(result.reason, width)
    return lines


def _finding(finding: Finding, width: int) -> list[Line | str]:
    lines: list[Line | str] = [*wrapped(finding.summary, width, Ink.STRONG)]
    lines += _evidence(finding.evidence, width)
    if finding.hurts:
        lines += wrapped(f"If left: {finding.hurts}", width)
    if finding.caused_by:
        lines.append(Line("Caused by ", (finding.caused_by, Ink.ACCENT)))
    return lines


def _evidence(evidence: Sequence[Evidence], width: int) -> list[Line]:
    """`what  value  place` in columns where they fit, else each on lines of its own."""
    if not evidence:
        return []
    first = min(28, max(len(e.what) for e in evidence))
    second = max(len(e.value) for e in evidence)
    aligned = all(first + second + len(_place(e)) + 6 <= width for e in evidence)
    lines = []
    for item in evidence:
        what, value = (fit(item.what, first), fit(item.value, second)) if aligned else ("", "")
        line = Line("  ", what or item.what, "  ", (value or item.value, Ink.STRONG))
        place = Line("  ", (_place(item), Ink.DIM))
        if line.width + place.width <= width:
            lines.append(line + place)
        else:
            lines += _broken(item, line, width)
        if item.expected:
            lines += wrapped(f"expected {item.expected}", width, Ink.PASS, "    ")
    return lines


def _broken(item: Evidence, line: Line, width: int) -> list[Line]:
    """Evidence that takes more than a line: its place below it, at worst its value too."""
    if line.width <= width:
        return [line, *wrapped(_place(item), width, Ink.DIM, "    ")]
    return [
        *wrapped(item.what, width, Ink.PLAIN, "  "),
        *wrapped(item.value, width, Ink.STRONG, "    "),
        *wrapped(_place(item), width, Ink.DIM, "    "),
    ]


def _place(item: Evidence) -> str:
    return str(item.source) if item.source else ""


def _cure(result: Result, fix: Fix | None, width: int) -> list[Line | str]:
    if result.outcome is not Outcome.FAIL:
        return []
    remedy = wrapped(f"Remedy: {result.check.remedy}", width)
    if fix is None:
        return [Line(("No fix by unshim: by hand.", Ink.DIM)), *remedy]
    price = Line((f"  {PRICES[fix.disturbs]}", Ink.WARNING))
    title = wrapped(f"Fix: {fix.title}", width, Ink.STRONG)
    fits = title[-1].width + price.width <= width
    return [*title[:-1], *([title[-1] + price] if fits else [title[-1], price]), *remedy]


def _explanation(result: Result, width: int) -> list[Line | str]:
    return _paragraphs(result.check.explanation, width)


def _paragraphs(text: str, width: int) -> list[Line | str]:
    """Paragraphs refilled to the width; indented lines keep their breaks."""
    lines: list[Line | str] = []
    for block in text.split("\n\n"):
        if lines:
            lines.append("")
        if any(row.startswith((" ", "- ", "* ")) for row in block.splitlines()):
            for row in block.splitlines():
                lines += wrapped(row, width, Ink.DIM)
        else:
            lines += wrapped(" ".join(block.split()), width, Ink.DIM)
    return lines
