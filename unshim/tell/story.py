"""A run of the journal told whole."""

from __future__ import annotations

import time
from collections.abc import Iterator

from unshim.model.session import Moment, Story
from unshim.tell import signs
from unshim.tell.ending import run_line
from unshim.tell.lines import BLANK, Ink, Line, Part, line
from unshim.tell.plan import diff
from unshim.tell.units import took

_SIGNS: dict[str, Part] = {
    "failed": signs.ERROR,
    "broken": signs.ERROR,
    "cut": signs.WARNING,
    "waiting": signs.WARNING,
    "verified": signs.PASS,
    "confirmed": signs.PASS,
    "undone": signs.PASS,
}
_STEPS = ("intent", "undo-intent")


def story(one: Story, when: str) -> Iterator[Line]:
    """When and by whom, what became of it, each moment, the diff of each file, and what can be done
    of it now."""
    yield from head(one, when)
    if one.moments:
        yield BLANK
    for moment in one.moments:
        yield _moment(moment)
    if one.trouble and one.moments:
        yield line(("what follows cannot be read", Ink.ERROR), indent=2)
    for change in one.diffs:
        yield BLANK
        yield from diff(change)
    if one.ways:
        yield BLANK
        yield line(("What can be done now", Ink.STRONG))
        for way in one.ways:
            yield line(way, indent=2)


def head(one: Story, when: str) -> Iterator[Line]:
    """When and by whom it was, and what became of it."""
    yield run_line(one.run, when)
    yield line((f"{one.means[0].upper()}{one.means[1:]}.", Ink.STRONG))


def _moment(one: Moment) -> Line:
    at = (time.strftime("%Y-%m-%d %H:%M:%S  ", time.localtime(one.at)), Ink.DIM)
    if one.state not in _STEPS:
        return line(at, _SIGNS.get(one.state, ("·", Ink.DIM)), f" {one.words}", indent=2)
    ended = one.seconds is not None
    sign = signs.PASS if ended else signs.WARNING
    end = f"  {took(one.seconds)}" if one.seconds is not None else "  did not end"
    return line(at, sign, f" {one.step}  {one.words}", (end, Ink.DIM), indent=2)
