"""What is known of a node, each value with its source: as JSON, and as an indented list.

Files appear by path, owner, mode, size and time, never with their bytes; secrets were removed where
they were read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any

from unshim import __version__
from unshim.model.node import Node
from unshim.model.values import FileText, Missing, Setting, Source, StrEnum, Version
from unshim.report.json_text import indented
from unshim.report.plain import by_type, plain
from unshim.tell.lines import BLANK, Ink, Line, line
from unshim.text.escape import visible

SCHEMA_VERSION = "1.0"
_MOMENTS = ("started", "created", "changed")
_NOT_SUBJECTS = ("origin", "live")


def _choose(node: Node, subject: str | None) -> dict[str, Any]:
    """Each part of what is known, or one, by its word on the command line."""
    words = {name.replace("_", "-"): name for name in node._fields if name not in _NOT_SUBJECTS}
    return {word: getattr(node, words[word]) for word in ((subject,) if subject else words)}


def as_json(node: Node, subject: str | None, run: Mapping[str, object]) -> str:
    """One JSON document, ASCII, ending in a line feed; `subject` None gives every part.

    A value is `{"value", "source", "origin"}`, what could not be had `{"missing", "why"}`, a file
    `{"path", "mode", "uid", "gid", "size", "mtime"}`; what is absent is null.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "unshim", "version": __version__},
        "facts": {name: plain(part) for name, part in _choose(node, subject).items()},
        "run": dict(run),
    }
    return indented(document) + "\n"


def as_text(node: Node, subject: str | None) -> Iterator[Line]:
    """Each part under its name; a value's source stands behind it."""
    for number, (name, part) in enumerate(_choose(node, subject).items()):
        if number:
            yield BLANK
        yield line((name, Ink.STRONG))
        yield from _lines(part, "  ")


def _lines(value: object, indent: str) -> Iterator[Line]:
    """The parts of one value, a line each, deeper ones indented."""
    inline = _inline(value)
    if inline is not None:
        yield line((indent + inline, _ink(value)))
        return
    named = _named_parts(value)
    width = min(max((len(name) for name, _ in named), default=0), 28)
    for name, part in named:
        text = _inline(part)
        if text is None:
            yield line(f"{indent}{name}")
            yield from _lines(part, indent + "  ")
        else:
            yield line((f"{indent}{name:<{width}}  {text}".rstrip(), _ink(part)))


def _ink(value: object) -> Ink:
    return Ink.WARNING if isinstance(value, Missing) else Ink.PLAIN


def _named_parts(value: object) -> list[tuple[str, object]]:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return [(name.replace("_", " "), _timed(name, p)) for name, p in value._asdict().items()]
    if isinstance(value, Mapping):
        return [(visible(str(key)), part) for key, part in value.items()]
    assert isinstance(value, Sequence)
    return [(_label(part) or f"{number}", part) for number, part in enumerate(value, 1)]


def _label(part: object) -> str:
    """What tells one entry of a list from the others: the text it begins with."""
    first = part[0] if isinstance(part, tuple) and _inline(part) is None else None
    return visible(first) if isinstance(first, str) else ""


def _timed(name: str, value: object) -> object:
    """A moment as a person reads it, in UTC; 0 is one that is not known."""
    if name not in _MOMENTS or not isinstance(value, float):
        return value
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(value)) if value else None


def _inline(value: object) -> str | None:
    """A value in one line, None for one that has parts."""
    text: str | None = by_type(_INLINE, value)
    return text


def _inline_of_setting(setting: Setting[object]) -> str:
    text = _inline(setting.value)
    if text is None:
        text = json.dumps(plain(setting.value), ensure_ascii=False)
    return f"{text or '(empty)'}   ({setting.source})"


def _inline_of_several(value: Sequence[object]) -> str | None:
    """One part stands for itself; texts stand side by side, as long as they are few."""
    if not value:
        return "none"
    if hasattr(value, "_asdict"):
        return None
    if len(value) == 1:
        return _inline(value[0])
    if not all(isinstance(part, str) for part in value):
        return None
    whole = ", ".join(str(_inline(part)) for part in value)
    return whole if len(whole) < 100 else None


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
