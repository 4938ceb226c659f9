"""A result told: what is wrong, what was read and where, what it leads to, what cures it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.disturbs import at_most, describe_cure
from unshim.model.checks import Check, Evidence, Finding, Outcome, Result
from unshim.model.plan import Cure, Fix
from unshim.tell import signs
from unshim.tell.disturbs import INKS
from unshim.tell.lines import BLANK, Ink, Line, line

FAULT = "a fault of unshim itself, please report it"
_OUTCOMES = {
    Outcome.PASS: "passes",
    Outcome.UNKNOWN: "could not be checked",
    Outcome.NOT_APPLICABLE: "does not apply here",
    Outcome.ERROR: FAULT,
}

_OPENERS = ("A", "All", "Every", "No", "Nothing", "The")
"""Words that open a sentence with a capital and are no names."""


def title(result: Result) -> Iterator[Line]:
    """Its sign and title; its names; why it is what it is, where that needs a reason."""
    sign, ink = signs.of_result(result)
    severity = result.severity.value if result.severity else _OUTCOMES.get(result.outcome, "")
    yield line((f"{sign} {headline(result)}", ink))
    yield line((" · ".join((result.check.id, result.check.subject, severity)), Ink.DIM))
    if result.reason:
        yield line(result.reason)


def headline(result: Result) -> str:
    """What is wrong, or what is well, or, where neither was seen, what the question is."""
    if result.outcome is Outcome.FAIL:
        return result.check.title
    well = result.check.well
    if result.outcome is Outcome.PASS:
        return well
    first, _, rest = well.partition(" ")
    return f"Whether {first.lower() if first in _OPENERS else first} {rest}"


def finding(one: Finding, indent: int = 0) -> Iterator[Line]:
    """What is wrong, each thing that was read with its place, and what comes of leaving it."""
    yield line((f"{one.summary}.", Ink.STRONG), indent=indent)
    for evidence in one.evidence:
        yield _evidence(evidence, indent + 2)
    if one.hurts:
        yield line(f"If left: {one.hurts}", indent=indent)


def _evidence(item: Evidence, indent: int) -> Line:
    """`what: value (expected that)   where`."""
    expected = (f" (expected {item.expected})", Ink.PASS) if item.expected else ""
    place = (f"   {item.source}", Ink.DIM) if item.source else ""
    return line(f"{item.what}: ", (item.value, Ink.STRONG), expected, place, indent=indent)


def cure(check: Check, one: Finding, its: Cure | None, indent: int = 0) -> Line:
    """What to do about a finding. `its` is what its fix does here, None where it has none: what
    would be refused is not offered, but what it needs first."""
    if one.caused_by:
        return line(f"Comes from {one.caused_by}; fix that first.", indent=indent)
    command = (f"unshim apply {check.id}", Ink.STRONG)
    if its is None:
        return line(f"Remedy: {check.remedy}", indent=indent)
    if not its.refused:
        disturbs = (f"   {describe_cure(its)}", INKS[its.disturbs])
        return line("Fix: ", command, disturbs, indent=indent)
    if not its.first:
        why = (f"   unshim would refuse it: {its.refused}", Ink.WARNING)
        return line(f"Remedy: {check.remedy}", why, indent=indent)
    first = [part for one in its.first for part in ((one, Ink.STRONG), ", then ")]
    return line("First: ", *first, command, (f"   {its.refused}", Ink.WARNING), indent=indent)


def explanation(check: Check, fix: Fix | None) -> Iterator[Line]:
    """Why this is checked, what a person would do about it, and what its fix does."""
    yield from paragraphs(check.explanation)
    yield BLANK
    yield line(f"Remedy: {check.remedy}")
    if fix is not None:
        yield BLANK
        yield line(f"Fix: {fix.title} ({at_most(fix)}).")
        yield from paragraphs(fix.explanation)


def paragraphs(text: str) -> Iterator[Line]:
    """Paragraphs, each a line to be filled again; indented lines and lists keep their breaks."""
    for number, block in enumerate(text.split("\n\n")):
        if number:
            yield BLANK
        split = block.splitlines()
        if any(row.startswith((" ", "- ", "* ")) for row in split):
            yield from (line((row, Ink.DIM)) for row in split)
        else:
            yield line((" ".join(block.split()), Ink.DIM))
