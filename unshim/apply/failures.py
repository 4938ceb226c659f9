"""Why a step could not be carried out, and how a person reads it."""

from __future__ import annotations


class Stale(Exception):
    """Something is not what the plan saw. Nothing was changed."""


class Unsafe(Exception):
    """A file cannot be replaced without changing more than it. Nothing was changed."""


class StepFailed(Exception):
    """A step could not be carried out; the text says why."""


FAILURES = (Stale, Unsafe, StepFailed, OSError)
"""What a step may raise; anything else is a fault of unshim's."""


UNTOUCHED = (Stale, Unsafe)
"""What a step raises only before it changed anything."""


def reason_of(error: Exception) -> str:
    """An error as a person reads it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) if isinstance(error, FAILURES) else f"{type(error).__name__} in unshim itself"


def ways(what: str) -> str:
    """How a person goes on where somebody changed something since."""
    return f"undo with --keep {what} leaves it so, with --force {what} puts back what stood there"
