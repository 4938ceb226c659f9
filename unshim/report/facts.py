"""What is known of a node, each value with its source: as JSON, and as an indented list.

Files appear by path, owner, mode, size and time, never with their bytes; secrets were removed where
they were read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from unshim import __version__
from unshim.model.node import Node
from unshim.model.values import FileText, Missing, Setting, Source, Version
from unshim.tell.lines import BLANK, Ink, Line, line
from unshim.text.escape import visible

SCHEMA_VERSION = "1.0"
_MOMENTS = ("started", "created", "changed")
_NOT_SUBJECTS = ("origin", "live")


def _chosen(node: Node, subject: str | None) -> dict[str, Any]:
    """Each part of what is known, or one, by its word on the command line."""
    parts = {name.replace("_", "-"): part for name, part in node._asdict().items()}
    return {
        word: part
        for word, part in parts.items()
        if (word == subject if subject else word not in _NOT_SUBJECTS)
    }


def as_json(node: Node, subject: str | None, run: Mapping[str, object]) -> str:
    """One JSON document, ASCII, ending in a line feed; `subject` None gives every part.

    A value is `{"value", "source", "origin"}`, what could not be had `{"missing", "why"}`, a file
    `{"path", "mode", "uid", "gid", "size", "mtime"}`; what is absent is null.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "unshim", "version": __version__},
        "facts": {name: _plain(part) for name, part in _chosen(node, subject).items()},
        "run": dict(run),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if value == value and abs(value) != float("inf") else str(value)
        case Enum():
            return str(value.value)
        case str():
            return visible(value, newlines=True)
        case Setting(value=inner, source=source):
            return {"value": _plain(inner), "source": str(source), "origin": source.origin.value}
        case Missing(reason=reason, why=why):
            return {"missing": reason, "why": why.value}
        case Source() | Version():
            return str(value)
        case FileText():
            return {
                "path": visible(value.path),
                "mode": f"{value.mode:04o}",
                "uid": value.uid,
                "gid": value.gid,
                "size": len(value.data),
                "mtime": value.mtime,
            }
        case tuple() if hasattr(value, "_asdict"):
            return {name: _plain(part) for name, part in value._asdict().items()}
        case Mapping():
            return {visible(str(key)): _plain(part) for key, part in value.items()}
        case frozenset() | set():
            return sorted(_plain(part) for part in value)
        case Sequence():
            return [_plain(part) for part in value]
        case _:
            return str(value)


def as_text(node: Node, subject: str | None) -> Iterator[Line]:
    """Each part under its name; a value's source stands behind it."""
    for number, (name, part) in enumerate(_chosen(node, subject).items()):
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
    named = _named(value)
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


def _named(value: object) -> list[tuple[str, object]]:
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
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case Setting(value=inner, source=source):
            text = _inline(inner)
            shown = json.dumps(_plain(inner), ensure_ascii=False) if text is None else text
            return f"{shown or '(empty)'}   ({source})"
        case Missing(reason=reason):
            return f"? {reason}"
        case FileText():
            return f"{visible(value.path)}   {value.mode:04o} {value.uid}:{value.gid}"
        case Enum():
            return str(value.value)
        case str() | int() | float() | Source() | Version():
            return visible(str(value)) or "(empty)"
        case frozenset() | set():
            return ", ".join(sorted(str(_plain(part)) for part in value)) or "none"
        case Mapping() | tuple() | list() if not value:
            return "none"
        case tuple() | list() if len(value) == 1 and not hasattr(value, "_asdict"):
            return _inline(value[0])
        case tuple() | list() if not hasattr(value, "_asdict"):
            parts = [_inline(part) if isinstance(part, str) else None for part in value]
            whole = ", ".join(part for part in parts if part is not None)
            return whole if None not in parts and len(whole) < 100 else None
        case _:
            return None
