"""Unit files as text: sections, assignments, continuation lines (systemd.syntax(7))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing
from unshim.text.escape import visible
from unshim.text.garbled import garbled_line
from unshim.text.lined import Lined, of_pairs, plain


class Assignment(NamedTuple):
    """`key = value` in a section of a unit file."""

    path: str
    section: str
    key: str
    value: Lined
    line: int


def parse(file: FileText) -> tuple[Assignment, ...]:
    """Every assignment of a unit file, in its order; what systemd would ignore is left out."""
    assignments = []
    section = ""
    for logical, line in _logical_lines(file.data):
        text = logical.text
        if text.startswith("["):
            section = text[1:-1] if text.endswith("]") else ""
            continue
        key, equals, _ = text.partition("=")
        if section and equals and key.strip():
            value = _strip(_tail(logical, len(key) + 1))
            assignments.append(Assignment(file.path, section, key.strip(), value, line))
    return tuple(assignments)


def broken_section(file: FileText) -> int | None:
    """The line of a section's name that is not closed, for which systemd refuses the whole unit."""
    continued = False
    for number, line in enumerate(file.data.split(b"\n"), 1):
        name = line.strip()
        if name.startswith(b"[") and not continued and not name.endswith(b"]"):
            return number
        continued = name.endswith(b"\\")
    return None


_WORDS_ALONE = (b"Description", b"Documentation")


def garbled(files: Sequence[FileText]) -> Missing | None:
    """Why it is not known what these files were to set: systemd drops lines that are not UTF-8, and
    of an environment file everything (systemd src/shared/conf-parser.c, src/basic/env-file.c)."""
    for file in files:
        line = garbled_line(file.data, _WORDS_ALONE)
        if line is not None:
            place = f"{visible(file.path)}:{line}"
            return Missing(f"{place} is garbled: what it was to set cannot be known")
    return None


def _logical_lines(data: bytes) -> Iterator[tuple[Lined, int]]:
    """Lines joined where one ends in a backslash; comments and blank lines are left out.

    A comment between continued lines is skipped and does not end them (systemd.syntax(7)).
    """
    text = data.decode("utf-8", "backslashreplace").removeprefix("\ufeff")
    joined: list[tuple[str, int]] = []
    first = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        bare = line.lstrip(" \t")
        if bare[:1] in ("#", ";"):
            continue
        first = first or number
        if line.endswith("\\"):
            joined += [(c, number) for c in line[:-1]] + [(" ", number)]
            continue
        rest = plain(line, number)
        if joined:
            rest, joined = of_pairs([*joined, *zip(*rest, strict=True)]), []
        whole = _strip(rest)
        if whole.text:
            yield whole, first
        first = 0
    whole = _strip(of_pairs(joined))
    if whole.text:
        yield whole, first


def _tail(value: Lined, start: int) -> Lined:
    return Lined(value.text[start:], value.lines[start:])


def _strip(value: Lined) -> Lined:
    left = len(value.text) - len(value.text.lstrip())
    right = len(value.text.rstrip())
    return Lined(value.text[left:right], value.lines[left:right])
