"""What a person says of what somebody changed since a run, as its journal has it: an undo that is
cut off goes on with that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unshim.apply.writing import Journal
from unshim.model.runs import Choice

STATE = "chosen"


def choose(journal: Journal, choice: Choice, lines: Sequence[Mapping[str, Any]]) -> None:
    """Note a choice for the undo that follows, unless the last one said the same. Raises:
    OSError."""
    if choice != chosen(lines):
        journal.add(STATE, **{name: list(said) for name, said in choice._asdict().items()})


def chosen(lines: Sequence[Mapping[str, Any]]) -> Choice:
    """The last that was chosen."""
    last: Mapping[str, Any] = next((line for line in reversed(lines) if line["state"] == STATE), {})
    return Choice(*(tuple(last.get(name, ())) for name in Choice._fields))


def notes(choice: Choice) -> list[str]:
    """What a run that stands has in its last record once a part of it is undone."""
    return [f"{what} is undone" for what in choice.only]


def is_undone(choice: Choice, lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the part of a run that was chosen is undone."""
    return bool(choice.only) and lines[-1].get("notes") == notes(choice)
