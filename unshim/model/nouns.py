"""NamedTuple as nouns use it: as typing's at less than half its price, and equal by type too.

typing.NamedTuple compiles every annotation that is a string, a seventh of what a report may take to
start. What a type checker sees is typing's own (nouns.pyi).
"""

from __future__ import annotations

import collections
from typing import Any

_TAKEN = frozenset({"__module__", "__qualname__"})


def _equal(self: tuple[Any, ...], other: object) -> Any:
    if type(self) is type(other):
        return tuple.__eq__(self, other)  # type: ignore[arg-type]
    return False if isinstance(other, tuple) else NotImplemented


def _differs(self: tuple[Any, ...], other: object) -> Any:
    equal = _equal(self, other)
    return equal if equal is NotImplemented else not equal


def _is_something(_: object) -> bool:
    return True


class _Maker(type):
    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(mcls, name, bases, body)
        fields = tuple(body.get("__annotations__", ()))
        defaults = [body[field] for field in fields if field in body]
        noun = collections.namedtuple(  # type: ignore[misc]
            name, fields, defaults=defaults, module=body["__module__"]
        )
        # A tuple's own would make two nouns of the same fields equal, and one of none false.
        noun.__eq__ = _equal  # type: ignore[assignment]
        noun.__ne__ = _differs  # type: ignore[assignment]
        noun.__bool__ = _is_something  # type: ignore[attr-defined]
        for key, value in body.items():
            if key not in _TAKEN and key not in fields:
                setattr(noun, key, value)
        return noun


class NamedTuple(metaclass=_Maker):
    """The base of a noun: its annotated names are its fields.

    Two nouns are equal if they are of one type and their fields are; no noun is false, and none
    equals a plain tuple. Nouns of one type are ordered as tuples are.
    """
