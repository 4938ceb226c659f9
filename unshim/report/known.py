"""What is known of a node as a list: each value under its path, with the place it comes from.

Files appear by path, owner, mode, size and time, never with their bytes; secrets were removed where
they were read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any

from unshim.model.machine import Flag
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Origin, Setting, Source, StrEnum, Version
from unshim.report.plain import by_type, plain
from unshim.text.escape import visible

_MOMENTS = ("started", "created", "changed")
_NOT_SUBJECTS = ("origin", "live")
_SET = (Origin.FILE, Origin.UNIT, Origin.FLAG)
_LONGEST = 100


class Fact(NamedTuple):
    """One thing that is known, or the heading of several, whose `text` is None. `path` begins with
    its subject; `label` is its name below its heading; `source` is "" where it names none."""

    path: tuple[str, ...]
    label: str
    text: str | None
    source: str
    value: object

    @property
    def name(self) -> str:
        """Its whole name, with dots."""
        return ".".join(self.path)

    @property
    def is_missing(self) -> bool:
        return isinstance(_single(self.value), Missing)

    @property
    def is_set(self) -> bool:
        """Whether somebody wrote it: into a file, a unit, a flag. No default, nothing that runs."""
        value = _single(self.value)
        if not isinstance(value, Setting | Flag):
            return False
        source = value.source
        return source.origin in _SET and source.where != value.value  # a program is no setting


def parts(node: Node, subject: str) -> dict[str, Any]:
    """Each part of what is known, or one, by its word on the command line; "" for all."""
    words = {name.replace("_", "-"): name for name in node._fields if name not in _NOT_SUBJECTS}
    return {word: getattr(node, words[word]) for word in ((subject,) if subject else words)}


def facts_of(node: Node, subject: str = "") -> Iterator[Fact]:
    """All facts in their order, headings before what stands below them."""
    for word, part in parts(node, subject).items():
        yield from walk(part, (word,), word)


def walk(value: object, path: tuple[str, ...], label: str) -> Iterator[Fact]:
    """A value as a fact, or as a heading and the facts of its parts."""
    text = inline(value)
    yield Fact(path, label, text, _source_of(value) if text is not None else "", value)
    if text is None:
        for part_label, key, part in _named_parts(value):
            yield from walk(part, (*path, key), part_label)


def below(facts: Iterable[Fact], key: str) -> list[Fact]:
    """The facts whose name ends in `key`, or that stand below such a heading. Case, blanks and
    signs between words do not count; dots lead from a heading to what is below it."""
    wanted = _bare(key)

    def ends_so(path: tuple[str, ...]) -> bool:
        name = _bare(".".join(path))
        return name == wanted or name.endswith(f".{wanted}")

    return [
        fact
        for fact in facts
        if fact.text is not None
        and any(ends_so(fact.path[1:end]) for end in range(2, len(fact.path) + 1))
    ]


def with_word(facts: Iterable[Fact], word: str) -> list[Fact]:
    """The facts that have a word in their own name, value or place, whatever its case; with a dot
    in it, in their whole name too."""
    wanted = word.lower()

    def has_it(fact: Fact) -> bool:
        name = fact.name if "." in wanted else fact.path[-1]
        return any(wanted in told.lower() for told in (name, fact.text or "", fact.source))

    return [fact for fact in facts if fact.text is not None and has_it(fact)]


def _bare(name: str) -> str:
    return name.lower().translate({ord(sign): None for sign in " _-"})


def _named_parts(value: object) -> list[tuple[str, str, object]]:
    """The label, the key and the value of each part."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return [(n.replace("_", " "), n, _timed(n, part)) for n, part in value._asdict().items()]
    if isinstance(value, Mapping):
        return [(visible(str(key)), visible(str(key)), part) for key, part in value.items()]
    assert isinstance(value, Sequence)
    labels = [_label(part) for part in value]
    return [
        (label or str(n), label if label and labels.count(label) == 1 else str(n), part)
        for n, (label, part) in enumerate(zip(labels, value, strict=True), 1)
    ]


def _label(part: object) -> str:
    """What tells one entry of a list from the others: the text it begins with."""
    has_name = isinstance(part, Flag) or (isinstance(part, tuple) and inline(part) is None)
    first = part[0] if isinstance(part, tuple) and has_name else None
    return visible(first) if isinstance(first, str) else ""


def _timed(name: str, value: object) -> object:
    """A moment as a person reads it, in UTC; 0 is one that is not known."""
    if name not in _MOMENTS or not isinstance(value, float):
        return value
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(value)) if value else None


def _source_of(value: object) -> str:
    """Where a value comes from, "" where it names no place."""
    value = _single(value)
    if isinstance(value, Setting):
        return str(value.source)
    if isinstance(value, Flag):
        return ", ".join(filter(None, (str(value.source), visible(value.variable or ""))))
    return ""


def _single(value: object) -> object:
    """What stands alone in a list, as its list does in a line."""
    while isinstance(value, tuple | list) and len(value) == 1 and not hasattr(value, "_asdict"):
        value = value[0]
    return value


def inline(value: object) -> str | None:
    """A value in one line, None for one that has parts."""
    text: str | None = by_type(_INLINE, value)
    return text


def _inline_of_setting(setting: Setting[object]) -> str:
    text = inline(setting.value)
    if text is None:
        text = json.dumps(plain(setting.value), ensure_ascii=False)
    return text or "(empty)"


def _inline_of_several(value: Sequence[object]) -> str | None:
    """One part stands for itself; texts stand side by side, as long as they are few."""
    if not value:
        return "none"
    if hasattr(value, "_asdict"):
        return None
    if len(value) == 1:
        return inline(value[0])
    if not all(isinstance(part, str) for part in value):
        return None
    whole = ", ".join(str(inline(part)) for part in value)
    return whole if len(whole) < _LONGEST else None


def _inline_of_a_scalar(value: object) -> str:
    return visible(str(value)) or "(empty)"


_INLINE: Mapping[type, Callable[[Any], str | None]] = {
    type(None): lambda _: "none",
    bool: lambda value: "yes" if value else "no",
    int: _inline_of_a_scalar,
    float: _inline_of_a_scalar,
    str: _inline_of_a_scalar,
    Enum: lambda value: str(value.value),
    StrEnum: lambda value: str(value.value),
    Setting: _inline_of_setting,
    Flag: lambda flag: "given" if flag.value is None else _inline_of_a_scalar(flag.value),
    Missing: lambda missing: f"? {missing.reason}",
    Source: _inline_of_a_scalar,
    Version: _inline_of_a_scalar,
    FileText: lambda file: f"{visible(file.path)}   {file.mode:04o} {file.uid}:{file.gid}",
    frozenset: lambda value: ", ".join(sorted(str(plain(part)) for part in value)) or "none",
    dict: lambda value: None if value else "none",
    MappingProxyType: lambda value: None if value else "none",
    tuple: _inline_of_several,
    list: _inline_of_several,
    object: lambda _: None,
}
