"""Evidence from settings, in the words that every check uses."""

from __future__ import annotations

from unshim.model.checks import CheckFunction, Evidence, id_of
from unshim.model.machine import Reference
from unshim.model.values import Missing, Setting, Source


def as_written(value: object) -> str:
    """A value as a person writes it in the file: true and false in lower case, text bare."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def shows(what: str, setting: Setting[object], expected: object = "") -> Evidence:
    """A setting shows this: its value and place, and what was expected instead."""
    return Evidence(what, as_written(setting.value), as_written(expected), setting.source)


def quotes(reference: Reference, expected: str = "") -> Evidence:
    """A line of a file that mentions something, word for word."""
    return Evidence("line", reference.text, expected, reference.source)


def not_known(what: str, missing: Missing) -> Evidence:
    """Something beside the point that could not be read; the finding stands without it."""
    return Evidence(what, f"not known: {missing.reason}")


def absent(what: str, source: Source | None = None, expected: object = "") -> Evidence:
    """A setting that stands nowhere."""
    return Evidence(what, "not set", as_written(expected), source)


def see(check: CheckFunction) -> str:
    """`(see ID)`: the check that judges what this one rests on."""
    return f"(see {id_of(check)})"
