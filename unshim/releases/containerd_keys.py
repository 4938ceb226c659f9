"""Every key that a release of containerd reads.

The lists are in containerd_keys.json: by plugin ("" for the top level, "runc" for a runtime's
options), dotted key (`*` is any name) and "type since until since until …". Sources: the toml tags
of containerd's structs at the tags 1.2.14 to 2.4.0-beta.0; `config dump` of 1.3.10, 1.4.13,
1.5.18, 1.6.20, 1.7.24, 2.0.11, 2.1.9 and 2.3.4. Only plugins whose keys are all known are listed;
of others nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Union

from unshim.model.nouns import NamedTuple
from unshim.model.values import Version

TOP = ""
RUNC = "runc"

Shape = dict[str, Union[str, "Shape"]]
"""Keys of a table: the type of a value, or the keys of a table in it. `*` is any name."""


class Span(NamedTuple):
    """A key over the releases: its type, and the releases in which it comes and goes by turns."""

    kind: str
    turns: tuple[Version, ...]

    def holds(self, release: Version) -> bool:
        return sum(turn <= release for turn in self.turns) % 2 == 1


@cache
def plugins() -> Mapping[str, Mapping[str, str]]:
    """By plugin and dotted key: a type and releases, as they are listed."""
    with open(__file__.rpartition(".")[0] + ".json", "rb") as file:
        listed: dict[str, dict[str, str]] = json.load(file)
    return listed


@cache
def spans(plugin: str) -> Mapping[str, Span]:
    """The keys of a plugin over all releases; none where it is not listed."""
    return {key: _span(row) for key, row in plugins().get(plugin, {}).items()}


def _span(row: str) -> Span:
    kind, *turns = row.split()
    return Span(kind, tuple(map(_release, turns)))


@cache
def _release(text: str) -> Version:
    return Version(*map(int, text.split(".")))


@cache
def shape(plugin: str, release: Version) -> Shape:
    """The keys that a release reads in a plugin's table; empty where it has no such plugin."""
    root: Shape = {}
    for key, span in spans(plugin).items():
        if not span.holds(release):
            continue
        *above, last = key.split(".")
        table = root
        for name in above:
            inner = table.setdefault(name, {})
            assert isinstance(inner, dict), key
            table = inner
        table[last] = span.kind
    return root
