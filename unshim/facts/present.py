"""A fact where the difference between absent and not known does not matter."""

from __future__ import annotations

from typing import TypeVar

from unshim.model.values import Missing

T = TypeVar("T")


def present(fact: T | None | Missing) -> T | None:
    """The fact, None where it is absent or Missing."""
    return None if isinstance(fact, Missing) else fact
