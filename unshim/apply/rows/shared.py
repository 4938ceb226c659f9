"""What the rows of several kinds have in common, and the phases that all steps go through."""

from __future__ import annotations

from typing import Any

from unshim.apply.kind import S
from unshim.apply.turn import Former
from unshim.model.disturbs import Disturbs

(
    CORDON,
    DRAIN,
    STOP,
    STOPPED,
    DISABLE,
    MASK,
    WRITE,
    KERNEL,
    RELOAD,
    UNMASK,
    ENABLE,
    SHARE,
    RUN,
    START,
    STARTED,
    UNCORDON,
) = range(16)
"""Phases. What stops goes first, then files, then what must read them; undone the other way."""


def fields(step: Any) -> dict[str, Any]:
    """All that a step says, as JSON takes it."""
    return dict(step._asdict())


def same(first: S, second: S) -> S | None:
    """For a step that has no more effect the second time."""
    return first if first == second else None


def loses_nothing(_: object, former: Former) -> str:
    """For a step whose undo takes nothing from anybody."""
    return ""


def disturbs_nothing(_: object) -> Disturbs:
    """For a step that nothing that runs notices."""
    return Disturbs.NOTHING


def right(step: S, holds: bool) -> S:
    """A step of which this holds. Raises: ValueError where it does not."""
    if not holds:
        raise ValueError(str(step))
    return step


def quoted(word: str) -> str:
    """A word as a shell takes it."""
    from shlex import quote  # a report tells no such command

    return quote(word)
