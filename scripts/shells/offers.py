"""What every shell is told: the checks that there are, and where the runs of the journal lie."""

from __future__ import annotations

from typing import NamedTuple

from unshim.cli.declared import Option, Verb
from unshim.cli.table import HELP, OPTIONS, REPORT, VERBS, VERSION


class Offers(NamedTuple):
    """The ids of the checks; the folder with a folder for each run."""

    checks: tuple[str, ...]
    runs: str


def shown(verb: Verb) -> tuple[Option, ...]:
    """The options to offer for a verb."""
    own = tuple(option for option in verb.options if not option.hidden)
    return (*own, HELP, VERSION) if verb is REPORT else (*own, HELP)


def names(option: Option) -> tuple[str, ...]:
    """The ways to write an option."""
    return tuple(filter(None, (option.short, option.name)))


def with_values() -> tuple[str, ...]:
    """Each way to write an option that has a value."""
    return tuple(n for option in OPTIONS.values() if option.metavar for n in names(option))


def valued() -> tuple[Option, ...]:
    """Each option that has a value, once."""
    return tuple(option for option in OPTIONS.values() if option.metavar)


EVERY = (REPORT, *VERBS.values())
"""Every verb, the one without a word first."""
