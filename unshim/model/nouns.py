"""NamedTuple as nouns use it: as typing's at a fifth of its price, and equal by type too.

typing.NamedTuple compiles every annotation that is a string, and collections.namedtuple a function
for each class: together a seventh of what a report may take to start. Here a noun is a tuple with
names, and what all nouns do stands once. What a type checker sees is typing's own (nouns.pyi).
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined]  # namedtuple's own
from collections.abc import Iterable, Mapping
from typing import Any, cast


class _Noun(tuple[Any, ...]):
    """What every noun does. Its fields, their order and their defaults stand on its class."""

    __slots__ = ()
    # Not annotated: the hints of a noun are those of its fields.
    _fields = cast("tuple[str, ...]", ())
    _field_defaults = cast("Mapping[str, Any]", {})
    _rest = cast("tuple[Any, ...]", ())

    def __new__(cls, *values: Any, **named: Any) -> Any:
        left = len(cls._fields) - len(values)
        if named or left < 0 or left > len(cls._rest):
            return tuple.__new__(cls, cls._filled(values, named))
        return tuple.__new__(cls, values + cls._rest[-left:] if left else values)

    @classmethod
    def _filled(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """All values, in the order of the fields. Raises: TypeError, as a function would."""
        fields, defaults = cls._fields, cls._field_defaults
        if len(values) > len(fields):
            raise TypeError(f"{cls.__name__} takes {len(fields)} values, {len(values)} are given")
        rest = fields[len(values) :]
        try:
            filled = [named.pop(f) if f in named else defaults[f] for f in rest]
        except KeyError as missing:
            raise TypeError(f"{cls.__name__} needs a value for {missing}") from None
        if named:
            raise TypeError(f"{cls.__name__} takes no {', '.join(sorted(named))} here")
        return (*values, *filled)

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Any:
        return cls(*values)

    def _replace(self, **named: Any) -> Any:
        changed = [
            named.pop(f) if f in named else v for f, v in zip(self._fields, self, strict=True)
        ]
        if named:
            raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(named))}")
        return tuple.__new__(type(self), changed)

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        fields = ", ".join(
            f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True)
        )
        return f"{type(self).__name__}({fields})"

    # A tuple's own would make two nouns of the same fields equal, and one of none false.

    def __eq__(self, other: object) -> Any:
        if type(self) is type(other):
            return tuple.__eq__(self, other)  # type: ignore[arg-type]
        return False if isinstance(other, tuple) else NotImplemented

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    __hash__ = tuple.__hash__

    def __bool__(self) -> bool:
        return True


class _Maker(type):
    def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(mcls, name, bases, body)
        fields = tuple(body.get("__annotations__", ()))
        defaults = {field: body.pop(field) for field in fields if field in body}
        for field in fields[len(fields) - len(defaults) :]:
            if field not in defaults:
                raise TypeError(f"{name}.{field} stands behind a field that has a default")
        getters = {field: _tuplegetter(number, "") for number, field in enumerate(fields)}
        own = {
            "__slots__": (),
            "__match_args__": fields,
            "_fields": fields,
            "_field_defaults": defaults,
            "_rest": tuple(defaults.values()),
        }
        return type(name, (_Noun,), {**body, **getters, **own})


class NamedTuple(metaclass=_Maker):
    """The base of a noun: its annotated names are its fields.

    Two nouns are equal if they are of one type and their fields are; no noun is false, and none
    equals a plain tuple. Nouns of one type are ordered as tuples are.
    """
