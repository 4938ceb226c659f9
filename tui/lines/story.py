"""One result on a screen: what is told of it, in the order that a person needs it."""

from __future__ import annotations

from collections.abc import Iterator

from tui.lines.text import Line, painted
from unshim.model.checks import Outcome, Result
from unshim.model.plan import Cure, Fix
from unshim.tell import lines as telling
from unshim.tell.lines import BLANK
from unshim.tell.result import cure, explanation, finding, paragraphs, title


def brief(result: Result, its: Cure | None, width: int) -> list[Line]:
    """What a person needs to decide: findings with evidence and cure, then why.

    `its` is what its fix does on this node, None where it has none.
    """
    lines = [*title(result), *_findings(result, its), BLANK]
    return painted([*lines, *paragraphs(result.check.explanation)], width)


def whole(result: Result, fix: Fix | None, its: Cure | None, width: int) -> list[Line]:
    """Everything known of a result and its check: what was found, then what it means."""
    lines = [*title(result), *_findings(result, its), BLANK]
    return painted([*lines, *explanation(result.check, fix)], width)


def _findings(result: Result, its: Cure | None) -> Iterator[telling.Line]:
    """Each finding; a cure that is the same for several stands below the last of them."""
    if result.outcome is not Outcome.FAIL:
        return
    cures = [cure(result.check, one, its) for one in result.findings]
    for number, one in enumerate(result.findings):
        yield BLANK
        yield from finding(one)
        if cures[number] not in cures[number + 1 :]:
            yield cures[number]


def as_text(result: Result, its: Cure | None) -> str:
    """The brief as plain text, to copy."""
    return "\n".join(line.plain.rstrip() for line in brief(result, its, 100)) + "\n"
