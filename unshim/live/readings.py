"""Two readings of a task's counters, as what it uses a second."""

from __future__ import annotations

from unshim.model.live import Usage
from unshim.model.nouns import NamedTuple

_COUNTERS = {"cpu": 100.0, "read": 1.0, "written": 1.0}
"""The fields of a reading that count from the task's start, and their factor as a rate."""


class Reading(NamedTuple):
    """`usage` as counters, `at` seconds on the clock of who measured them."""

    at: float
    usage: Usage


def rates(last: Reading | None, before: Reading | None) -> Usage:
    """What was used between two readings; None for a counter that was read once, or was reset."""
    if last is None:
        return Usage()
    grown = {name: _rate(name, last, before, factor) for name, factor in _COUNTERS.items()}
    return last.usage._replace(**grown)  # type: ignore[arg-type]  # three of its fields, by name


def _rate(name: str, last: Reading, before: Reading | None, factor: float) -> float | None:
    new: float | None = getattr(last.usage, name)
    old: float | None = getattr(before.usage, name) if before else None
    if before is None or new is None or old is None or new < old:
        return None
    return (new - old) / (last.at - before.at) * factor
