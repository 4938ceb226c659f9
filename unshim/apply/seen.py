"""What the child that looks at the node again says of a run. What it does not say is a problem."""

from __future__ import annotations

import json
from collections.abc import Sequence

from unshim.apply.acts.units import run
from unshim.apply.failures import StepFailed
from unshim.model.nouns import NamedTuple

DEADLINE = 420.0
"""Seconds after which nothing is waited for any more: the child has deadlines of its own."""


class Seen(NamedTuple):
    """`problem` is what is not as expected, "" for nothing; `notes` what a person should know."""

    problem: str
    notes: tuple[str, ...] = ()


def seen(command: Sequence[str], deadline: float = DEADLINE) -> Seen:
    """Look at the node again by this child."""
    try:
        answer = json.loads(run(command, timeout=deadline))
        return Seen(_words(answer["problem"]), tuple(_words(note) for note in answer["notes"]))
    except StepFailed as error:
        return Seen(f"could not be looked at: {error}")
    except (ValueError, KeyError, TypeError, RecursionError):
        return Seen("could not be looked at: what looks at it gave no answer that can be read")


def _words(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError
    return text
