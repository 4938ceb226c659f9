"""In which order the steps of a run are undone."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.apply.kinds import kind_of
from unshim.model.steps import Step


def undo_order(steps: Sequence[Step]) -> list[int]:
    """The numbers of the steps in the order they are undone in; where their kinds do not say, the
    last is undone first."""
    numbers = reversed(range(len(steps)))
    return sorted(numbers, key=lambda number: kind_of(steps[number]).undo_order(steps[number]))
