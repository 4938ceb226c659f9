"""Which flags and which fields of its configuration each kubelet has, 1.15 to 1.36.

The lists are in kubelet_names.json, written by scripts/kubelet_tables.py from the sources of every
one of these releases: of a flag "kind field since until since until …", then perhaps "deprecated
since until …"; of a field, by its dotted path (`*` is any item of a list), "type since until …".
Releases are minor numbers: 24 is 1.24. Since the first of them means: then, or before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Union

from unshim.model.nouns import NamedTuple
from unshim.releases.kubelet_row import LAST, OLDEST

ANY = "*"
_NONE = "-"


class Name(NamedTuple):
    """A flag or a field over the releases: what it is, the field that a flag sets ("" where none),
    the releases in which it comes and goes by turns, and those in which it is deprecated."""

    kind: str
    field: str
    turns: tuple[int, ...]
    deprecated: tuple[int, ...] = ()

    def holds(self, minor: int) -> bool | None:
        """Whether that release has it; None where that is not known."""
        if minor < OLDEST and self.turns[0] == OLDEST:
            return None
        held = _inside(self.turns, minor)
        return None if held and minor > LAST else held

    def is_deprecated(self, minor: int) -> bool:
        """Whether that release says so, in words about this flag alone."""
        return bool(self.holds(minor)) and _inside(self.deprecated, minor)

    def comes_after(self, minor: int) -> int | None:
        """The first release after that one that has it, where that one has not."""
        return next((turn for turn in self.turns[::2] if turn > minor), None)

    def gone_since(self, minor: int) -> int | None:
        """The release up to that one that took it away."""
        return next((turn for turn in self.turns[1::2] if turn <= minor), None)

    def goes_after(self, minor: int) -> int | None:
        """The first release after that one that takes it away."""
        return next((turn for turn in self.turns[1::2] if turn > minor), None)


Tree = dict[str, Union[Name, "Tree"]]


def _inside(turns: tuple[int, ...], minor: int) -> bool:
    return sum(turn <= minor for turn in turns) % 2 == 1


@cache
def _listed() -> Mapping[str, Mapping[str, str]]:
    with open(__file__.rpartition(".")[0] + ".json", "rb") as file:
        listed: dict[str, dict[str, str]] = json.load(file)
    return listed


@cache
def flag(name: str) -> Name | None:
    """A flag that one of these releases has."""
    row = _listed()["flags"].get(name)
    if row is None:
        return None
    held, _, deprecated = row.partition(" deprecated ")
    kind, field, *turns = held.split()
    return Name(
        kind, "" if field == _NONE else field, _numbers(turns), _numbers(deprecated.split())
    )


def not_had(names: Iterable[str], minor: int) -> frozenset[str]:
    """Those of these flags that this release does not have. One of no release may be somebody's
    own: nothing is known of it."""
    return frozenset(name for name in names if (row := flag(name)) and row.holds(minor) is False)


def soon_gone(names: Iterable[str], minor: int) -> frozenset[str]:
    """Those of these flags that the next release takes away."""
    return frozenset(
        name for name in names if (row := flag(name)) and row.goes_after(minor) == minor + 1
    )


def flags() -> Iterator[str]:
    """The names of all flags."""
    return iter(_listed()["flags"])


def fields() -> Mapping[str, Name]:
    """All fields by their dotted paths."""
    return {path: _field(row) for path, row in _listed()["fields"].items()}


def _field(row: str) -> Name:
    kind, *turns = row.split()
    return Name(kind, "", _numbers(turns))


def _numbers(words: list[str]) -> tuple[int, ...]:
    return tuple(map(int, words))


def unknown_fields(settings: Mapping[str, object], minor: int) -> Iterator[tuple[str, str]]:
    """The keys of a configuration, by dotted path, that this release does not know: the key under
    which each stands, and its path as the kubelet names it. That release is a listed one."""
    told: list[str] = []
    for key, value in settings.items():
        if any(key.startswith(f"{above}.") for above in told):
            continue
        at = _at(_tree(), key, minor)
        if at is None:
            told.append(key)
            yield key, key
        elif isinstance(at, dict) and isinstance(value, list):
            yield from ((key, path) for path in _in_list(at[ANY], key, value, minor))


def _at(tree: Tree, key: str, minor: int) -> Name | Tree | None:
    """What stands there, where this release has it. Below a field any name does."""
    at: Name | Tree = tree
    for part in key.split("."):
        if isinstance(at, Name):
            break
        below = at.get(part)
        if below is None or not _has(below, minor):
            return None
        at = below
    return at


def _has(at: Name | Tree, minor: int) -> bool:
    if isinstance(at, Name):
        return at.holds(minor) is True
    return any(_has(below, minor) for below in at.values())


def _in_list(item: Name | Tree, key: str, values: list[object], minor: int) -> Iterator[str]:
    for number, value in enumerate(values):
        if isinstance(item, dict) and isinstance(value, dict):
            for name in value:
                if _at(item, str(name), minor) is None:
                    yield f"{key}[{number}].{name}"


@cache
def _tree() -> Tree:
    root: Tree = {}
    for path, name in fields().items():
        *above, last = path.split(".")
        at = root
        for part in above:
            below = at.setdefault(part, {})
            assert isinstance(below, dict), path
            at = below
        at[last] = name
    return root
