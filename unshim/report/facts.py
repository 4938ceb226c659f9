"""What is known of a node, each value with its source: as JSON, and as rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from unshim import __version__
from unshim.model.node import Node
from unshim.report.json_text import indented
from unshim.report.known import Fact, facts_of, parts
from unshim.report.plain import plain
from unshim.report.table import Table, Told
from unshim.tell.cells import cells, pad
from unshim.tell.lines import BLANK, Breaks, Ink, Line, line

SCHEMA_VERSION = "1.0"
_LABEL = 28
_NAME = 60
_ROOMY = 120


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


def as_text(node: Node, subject: str = "") -> Iterator[Told]:
    """Each part under its name; a value's source stands behind it."""
    facts = list(facts_of(node, subject))
    labels: dict[tuple[str, ...], int] = {}
    for fact in facts:
        above = fact.path[:-1]
        labels[above] = max(labels.get(above, 0), min(cells(fact.label), _LABEL))
    for number, (_, group) in enumerate(groupby(facts, key=lambda fact: fact.path[0])):
        head, *below = group
        yield from [BLANK] if number else []
        title = line((head.label, Ink.STRONG))
        if head.text is not None:
            yield title
            yield _row("  ", head)
            continue
        names = [("  " * (len(fact.path) - 1), fact) for fact in below]
        plain = (
            _row(f"{indent}{pad(fact.label, labels[fact.path[:-1]])}  ", fact)
            if fact.text is not None
            else line(f"{indent}{fact.label}")
            for indent, fact in names
        )
        named = [(f"{indent}{fact.label}", fact) for indent, fact in names]
        yield _table(head.label, named, (title, *plain))


def chosen_as_text(facts: Sequence[Fact]) -> Iterator[Told]:
    """Some facts alone, each with its whole name."""
    width = min(max((cells(fact.name) for fact in facts), default=0), _NAME)
    plain = tuple(_row(f"{pad(fact.name, width)}  ", fact) for fact in facts)
    if facts:
        yield _table("fact", [(fact.name, fact) for fact in facts], plain)


def _table(head: str, named: Sequence[tuple[str, Fact]], plain: tuple[Line, ...]) -> Table:
    rows = tuple(
        (
            ((name, Ink.PLAIN if fact.text is not None else Ink.STRONG),),
            ((fact.text or "", _ink(fact)),),
            ((fact.source, Ink.DIM),),
        )
        for name, fact in named
    )
    return Table((head, "value", "from"), rows, plain, roomy=_ROOMY)


def _row(name: str, fact: Fact) -> Line:
    source = f"   ({fact.source})" if fact.source else ""
    return line((f"{name}{fact.text}{source}".rstrip(), _ink(fact)), breaks=Breaks.NEVER)


def _ink(fact: Fact) -> Ink:
    return Ink.WARNING if fact.is_missing else Ink.PLAIN
