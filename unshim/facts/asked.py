"""A node whose subjects are read when they are first asked for: a report on a record needs half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from unshim.model.node import Node

_OWN = ("origin", "live")


class _AskedNode(Node):
    """A Node whose tuple holds, for each subject, what answers for it. To whoever asks it is a Node
    with every answer in its place."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, field) for field in self._fields)

    def __getitem__(self, place: Any) -> Any:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return Node(*self) == (Node(*other) if isinstance(other, _AskedNode) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(Node(*self))

    def __reduce__(self) -> tuple[type[Node], tuple[Any, ...]]:
        return Node, tuple(self)

    def _replace(self, **named: Any) -> Any:
        return Node(*self)._replace(**named)


def _answered(place: int) -> property:
    return property(lambda node: tuple.__getitem__(node, place)())


for _place, _field in enumerate(Node._fields):
    if _field not in _OWN:
        setattr(_AskedNode, _field, _answered(_place))


def asked_node(origin: str, live: bool, answer: Callable[[str], Any]) -> Node:
    """A node that has each of its subjects by `answer(name)`, once it is asked for it."""
    subjects = (_by_name(answer, name) for name in Node._fields if name not in _OWN)
    return cast(Node, tuple.__new__(_AskedNode, (origin, live, *subjects)))


def _by_name(answer: Callable[[str], Any], name: str) -> Callable[[], Any]:
    return lambda: answer(name)
