"""The verdict told: how many of each outcome, what comes next, the hops of the call chain."""

from __future__ import annotations

from unshim.judge.disturbs import describe_cure
from unshim.model.nouns import NamedTuple
from unshim.model.session import Hop, Standing, Suggestion, Verdict
from unshim.tell import signs
from unshim.tell.lines import Ink, Part
from unshim.tell.result import FAULT
from unshim.tell.units import many


def counts(verdict: Verdict) -> tuple[Part, ...]:
    """`2 errors`, `1 warning`, `0 notes`, `24 checks`, `3 do not apply`: a part for each, what is
    nought dim. All that were run are counted; those that do not apply or were left out are told
    where there are any."""
    tally = verdict.counts
    numbers = (
        (tally.errors, "error", Ink.ERROR),
        (tally.warnings, "warning", Ink.WARNING),
        (tally.notes, "note", Ink.NOTE),
    )
    every = tally.errors + tally.warnings + tally.notes
    every += tally.passed + tally.unknown + tally.not_applicable
    severities = ((many(number, word), ink if number else Ink.DIM) for number, word, ink in numbers)
    beside = (
        (tally.not_applicable, f"do{'es' * (tally.not_applicable == 1)} not apply"),
        (verdict.left_out, "left out"),
    )
    told = ((f"{number} {words}", Ink.DIM) for number, words in beside if number)
    return (*severities, (many(every, "check"), Ink.PLAIN), *told)


def suggestion(verdict: Verdict, one: Suggestion) -> tuple[str, str]:
    """A thing to do next, and what that disturbs or is for."""
    if one.fixable:
        return one.title, describe_cure(verdict.cures[one.check_id])
    return one.title, f"first, for {one.check_id}" if one.first else "by hand"


def blind(verdict: Verdict) -> Part | None:
    """How many checks could not be evaluated and why; None where each could."""
    unknown = verdict.counts.unknown - verdict.counts.broken
    if not unknown:
        return None
    reason = f": {verdict.could_not_look}" if verdict.could_not_look else ", for different reasons"
    return (f"{unknown} could not be checked{reason}", Ink.ACCENT)


def broke(verdict: Verdict) -> Part | None:
    """In how many checks unshim itself failed; None where in none."""
    if not verdict.counts.broken:
        return None
    return (f"{verdict.counts.broken} broke: {FAULT}", Ink.ERROR)


def nothing_next(verdict: Verdict) -> str:
    """What stands in the place of things to do where there are none."""
    if verdict.open_run is not None:
        return "Nothing to do next but what is told above."
    if verdict.standing is Standing.WELL:
        return "Nothing to do next."
    if verdict.standing in (Standing.FAULT, Standing.NOT_ALL_SEEN):
        return "Nothing to do next, as far as could be seen."
    return "No step to do next is known."


class TellingHop(NamedTuple):
    """A hop of the chain: its name, its release or place, what is wrong with it or ""."""

    name: Part
    detail: Part
    note: Part


def hop(one: Hop) -> TellingHop:
    """A hop in parts; the painter says where on the line they stand."""
    ink = signs.of_hop(one.state)
    note = f"▲ {one.note}" if one.note else ""
    return TellingHop((one.name, ink), (one.detail, Ink.DIM), (note, ink))
