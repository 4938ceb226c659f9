"""NamedTuple as nouns use it: as typing's, at less than half its price.

typing.NamedTuple compiles every annotation that is a string, a seventh of what a report may take to
start. What a type checker sees is typing's own (nouns.pyi).
"""

from __future__ import annotations

import collections
from typing import Any

_TAKEN = frozenset({"__annotations__", "__module__", "__qualname__"})


class _Maker(type):
    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(mcls, name, bases, body)
        fields = tuple(body.get("__annotations__", ()))
        defaults = [body[field] for field in fields if field in body]
        made = collections.namedtuple(  # type: ignore[misc]
            name, fields, defaults=defaults, module=body["__module__"]
        )
        for key, value in body.items():
            if key not in _TAKEN and key not in fields:
                setattr(made, key, value)
        return made


class NamedTuple(metaclass=_Maker):
    """The base of a noun: its annotated names are its fields."""
