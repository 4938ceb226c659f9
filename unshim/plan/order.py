"""Steps in the order they are carried out, each once."""

from __future__ import annotations

from collections.abc import Iterable

from unshim.apply.kind import Kinds
from unshim.apply.kinds import KINDS, kind_of
from unshim.model.steps import Step, WriteFile


def merged(steps: Iterable[Step], kinds: Kinds = KINDS) -> tuple[Step, ...]:
    """The steps in the order of their kinds; those that one step can do are joined, and a file
    that ends as it was is not written."""
    once: list[Step] = []
    for step in steps:
        _join(once, step, kinds)
    acts = [s for s in once if not isinstance(s, WriteFile) or s.before != s.after]
    return tuple(sorted(acts, key=lambda step: kind_of(step, kinds).order(step)))


def _join(once: list[Step], step: Step, kinds: Kinds) -> None:
    for number, other in enumerate(once):
        if type(other) is type(step):
            both = kind_of(step, kinds).joined(other, step)
            if both is not None:
                once[number] = both
                return
    once.append(step)
