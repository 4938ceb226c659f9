"""What is known of a node, each value with its source: as JSON, and as rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from unshim import __version__
from unshim.model.node import Node
from unshim.report.json_text import indented
from unshim.report.known import Fact, facts_of, parts
from unshim.report.plain import plain
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line

SCHEMA_VERSION = "1.0"
_LABEL = 28
_NAME = 60


def as_json(node: Node, subject: str, run: Mapping[str, object]) -> str:
    """One JSON document, ASCII, ending in a line feed; `subject` "" gives every part.

    A value is `{"value", "source", "origin"}`, what could not be had `{"missing", "why"}`, a file
    `{"path", "mode", "uid", "gid", "size", "mtime"}`; what is absent is null.
    """
    return _document({name: plain(part) for name, part in parts(node, subject).items()}, run)


def chosen_as_json(facts: Sequence[Fact], run: Mapping[str, object]) -> str:
    """The same of some facts alone, each under its whole name."""
    return _document({fact.name: plain(fact.value) for fact in facts}, run)


def _document(facts: dict[str, object], run: Mapping[str, object]) -> str:
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "unshim", "version": __version__},
        "facts": facts,
        "run": dict(run),
    }
    return indented(document) + "\n"


def as_text(node: Node, subject: str = "") -> Iterator[Line]:
    """Each part under its name; a value's source stands behind it."""
    facts = list(facts_of(node, subject))
    widths: dict[tuple[str, ...], int] = {}
    for fact in facts:
        above = fact.path[:-1]
        widths[above] = max(widths.get(above, 0), min(len(fact.label), _LABEL))
    for number, fact in enumerate(facts):
        if len(fact.path) == 1:
            yield from [BLANK] if number else []
            yield line((fact.label, Ink.STRONG))
            if fact.text is not None:
                yield _row("  ", fact)
            continue
        indent = "  " * (len(fact.path) - 1)
        if fact.text is None:
            yield line(f"{indent}{fact.label}")
        else:
            yield _row(f"{indent}{fact.label:<{widths[fact.path[:-1]]}}  ", fact)


def chosen_as_text(facts: Sequence[Fact]) -> Iterator[Line]:
    """Some facts alone, each with its whole name."""
    width = min(max((len(fact.name) for fact in facts), default=0), _NAME)
    for fact in facts:
        yield _row(f"{fact.name:<{width}}  ", fact)


def _row(name: str, fact: Fact) -> Line:
    ink = Ink.WARNING if fact.is_missing else Ink.PLAIN
    source = f"   ({fact.source})" if fact.source else ""
    return line((f"{name}{fact.text}{source}".rstrip(), ink), breaks=Breaks.NEVER)
