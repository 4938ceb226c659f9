"""What the child that tries a plan's files before the first step says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from unshim.apply.acts.units import run
from unshim.apply.failures import StepFailed

DEADLINE = 300.0
"""Seconds after which nothing is waited for any more: the child has deadlines of its own."""


def gated(command: Sequence[str], deadline: float = DEADLINE) -> tuple[str, ...]:
    """What could not be tried, in words.

    Raises:
        StepFailed: what the plan writes must not be written, or the child does not say.
    """
    try:
        answer = json.loads(run(command, timeout=deadline))
        refused, notes = answer["refused"], answer["notes"]
    except StepFailed as error:
        raise StepFailed(f"the new files could not be tried: {error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        refused, notes = None, ()
    if not isinstance(refused, str) or not all(isinstance(note, str) for note in notes):
        raise StepFailed("the new files could not be tried: what tries them gave no answer")
    if refused:
        raise StepFailed(refused)
    return tuple(notes)
