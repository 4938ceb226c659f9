"""YAML with the line of every value, read without trusting it.

Built from the parser's events, not by a loader: depth, aliases and size are limited before they
can hurt, nothing is constructed from tags, and an error never quotes the file. Plain scalars mean
what they mean to Kubernetes (YAML 1.1 as read by sigs.k8s.io/yaml): `yes` is true, `12:30` text.
Not by yaml.compose, which has marks too: on 200,000 opening brackets the C composer overruns its
stack and takes the process with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from unshim.model.machine import ParseError
from unshim.text.yaml_values import Marked

SIZE_LIMIT = 1024 * 1024
DEPTH_LIMIT = 64
VALUE_LIMIT = 100_000
"""Values in one file, those behind aliases counted each time they are named."""


class Broken(Exception):
    """What a reader of events finds wrong, and where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        """The place counts from 1."""
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def parse(
    path: str, data: bytes, *, last_wins: bool = False, most: int | None = None
) -> tuple[Marked, ...] | ParseError:
    """The documents of a YAML (or JSON) file, or the first `most`; an empty file has none. The same
    key twice is an error, unless the reader of this file takes the last one."""
    return guarded(path, data, lambda text: tuple(islice(_documents(text, last_wins), most)))


def guarded(
    path: str, data: bytes, read: Callable[[str | bytes], tuple[Marked, ...]]
) -> tuple[Marked, ...] | ParseError:
    """What `read` makes of the text, or why it is no YAML, without a word of the file."""
    if len(data) > SIZE_LIMIT:
        return ParseError(path, f"larger than {SIZE_LIMIT} bytes")
    from yaml import YAMLError

    text: str | bytes = data
    try:
        # An invalid byte counts only where it stands in a value; in a comment it harms nobody.
        if not _utf16(data):
            text = data.decode("utf-8-sig", "backslashreplace")
        return read(text)
    except Broken as broken:
        return ParseError(path, broken.message, broken.line, broken.column)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        return ParseError(path, _describe_error(error, text, mark), line, column)
    except (UnicodeError, ValueError, RecursionError):
        return ParseError(path, "not readable as YAML")


def _utf16(data: bytes) -> bool:
    return data[:2] in (b"\xff\xfe", b"\xfe\xff")


def _describe_error(error: Any, text: str | bytes, mark: Any) -> str:
    """The parser's own words, without what it would quote from the file."""
    problem = str(getattr(error, "problem", None) or "not readable as YAML")
    head, quoted, _ = problem.partition("'")
    if mark and isinstance(text, str) and _at(text, mark) == "\t":
        return "a tab where YAML allows none"
    return head.strip() + " …" if quoted else problem.partition('"')[0].strip()


def _at(text: str, mark: Any) -> str:
    lines = text.split("\n")
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""


def _documents(text: str | bytes, last_wins: bool) -> Iterator[Marked]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(last_wins)
    for event in yaml.parse(text, Loader=loader):
        done = builder.take(event)
        if done is not None:
            yield done


class _Builder:
    """Puts one document together from events, without recursion."""

    def __init__(self, last_wins: bool) -> None:
        self._last_wins = last_wins
        self._open: list[tuple[Marked, list[Marked], str | None]] = []
        self._anchors: dict[str, Marked | None] = {}
        self._values = 0

    def take(self, event: Any) -> Marked | None:
        """The finished document at its end, else None."""
        name = type(event).__name__
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        match name:
            case "DocumentStartEvent":
                self._anchors = {}
            case "ScalarEvent":
                plain = event.style in (None, "") and event.tag in (None, "!")
                plain = plain and bool(event.implicit[0])
                return self._add(Marked(line, column, event.value, plain=plain), event.anchor)
            case "AliasEvent":
                return self._alias(event.anchor, line, column)
            case "MappingStartEvent":
                self._begin(Marked(line, column), {}, event.anchor)
            case "SequenceStartEvent":
                self._begin(Marked(line, column), [], event.anchor)
            case "MappingEndEvent" | "SequenceEndEvent":
                return self._end()
        return None

    def _begin(
        self, marked: Marked, items: dict[str, Marked] | list[Marked], anchor: str | None
    ) -> None:
        marked.items = items
        if len(self._open) + 1 >= DEPTH_LIMIT:
            raise Broken("nested too deep", marked.line, marked.column)
        if anchor is not None:
            self._anchors[anchor] = None  # named inside itself: a circle
        self._open.append((marked, [], anchor))

    def _end(self) -> Marked | None:
        marked, parts, anchor = self._open.pop()
        if isinstance(marked.items, dict):
            _fill(marked, parts, self._last_wins)
        else:
            marked.items = parts
        marked.count = 1 + sum(part.count for part in parts)
        marked.depth = 1 + max((part.depth for part in parts), default=0)
        return self._add(marked, anchor)

    def _alias(self, anchor: str, line: int, column: int) -> Marked | None:
        if anchor not in self._anchors:
            raise Broken("an alias of an anchor that is not there", line, column)
        target = self._anchors[anchor]
        if target is None:
            raise Broken("an alias of what it stands in", line, column)
        copy = Marked(line, column, target.text, plain=target.plain)
        copy.items, copy.keys = target.items, target.keys
        copy.count, copy.depth = target.count, target.depth
        self._values += target.count
        return self._add(copy, None)

    def _add(self, marked: Marked, anchor: str | None) -> Marked | None:
        if anchor is not None:
            self._anchors[anchor] = marked
        self._values += 1
        if self._values > VALUE_LIMIT:
            raise Broken("too many values", marked.line, marked.column)
        if len(self._open) + marked.depth > DEPTH_LIMIT:
            raise Broken("nested too deep", marked.line, marked.column)
        if not self._open:
            return marked
        self._open[-1][1].append(marked)
        return None


def _fill(marked: Marked, parts: list[Marked], last_wins: bool) -> None:
    """Pairs of keys and values into a mapping; `<<` merges, an own key wins over a merged one."""
    items: dict[str, Marked] = {}
    merged: list[Marked] = []
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if key.items is not None:
            raise Broken("a mapping or list as a key", key.line, key.column)
        if key.plain and key.text == "<<":
            merged.append(value)
            continue
        if key.text in items and not last_wins:
            raise Broken("the same key twice", key.line, key.column)
        items[key.text] = value
        marked.keys[key.text] = key.line
    for source in merged:
        sources = source.items if isinstance(source.items, list) else [source]
        for one in sources:
            if not isinstance(one.items, dict):
                raise Broken("a merge of what is not a mapping", source.line, source.column)
            for name, item in one.items.items():
                items.setdefault(name, item)
                marked.keys.setdefault(name, source.line)
    marked.items = items


def flatten(document: Marked) -> dict[str, tuple[object, int]]:
    """Every key of a mapping by its dotted path (`featureGates.X`), inner mappings as well as
    their leaves, with its value and the line of its key. Lists are values as a whole."""
    settings: dict[str, tuple[object, int]] = {}
    waiting = [("", document)]
    while waiting:
        prefix, marked = waiting.pop()
        if not isinstance(marked.items, dict):
            continue
        for key, item in marked.items.items():
            settings[prefix + key] = (item.value, marked.keys.get(key, item.line))
            waiting.append((f"{prefix}{key}.", item))
    return settings
