"""The lines of a journal: which are whole, what a power cut leaves, and what is damage.

A line is `<crc32 of the JSON, 8 hex> <its length, 8 digits> <JSON>\\n`. The first one stands in a
sector of its own, as do two marks: lines that say, in turn, how many records there are. Then come
the records, and NULs to the end: the space set aside for what is still to come. Each record has
the next number, and is on disk before the next is written. So a power cut can tear or lose the
last one only, and one mark; all else that is wrong is damage.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from unshim.model.nouns import NamedTuple

FORMAT = 2
_SECTOR = 512
"""What a disk writes whole."""
START = 3 * _SECTOR
"""Where the records begin."""
_HEAD = 18
"""How long a line's checksum and length are, with the blank behind each."""

Record = dict[str, Any]


class Damaged(ValueError):
    """A run's journal or plan is not as unshim left it; the text says what is wrong with it."""


class Scan(NamedTuple):
    """A journal as it was read: its first line, the records, where the next one goes, how many
    bytes of a torn one stand there, whether one was torn or lost, and in words what is damaged (""
    for nothing)."""

    head: Mapping[str, Any]
    records: tuple[Record, ...]
    end: int
    torn: int
    lost: bool
    damage: str


def line_of(number: int, record: Mapping[str, Any]) -> bytes:
    """A record as its line."""
    body = json.dumps({"n": number, **record}, sort_keys=True).encode()
    return b"%08x %08d %s\n" % (zlib.crc32(body), len(body), body)


def spare_of(steps: int) -> int:
    """The bytes to set aside for what so many steps, their undo and its end may have to say."""
    return 32768 + 1024 * steps


def beginning(plan: bytes, steps: int) -> bytes:
    """The journal of a new run, with its space: the checksum of its plan is its first line."""
    about = {"state": "planned", "format": FORMAT, "plan": zlib.crc32(plan), "steps": steps}
    return sector(line_of(0, about)) + mark(0)[1] + mark(1, 0)[1] + bytes(spare_of(steps))


def mark(number: int, count: int | None = None) -> tuple[int, bytes]:
    """Where it is noted that there are so many records, and how. Two places take turns: one of them
    is whole whatever becomes of the other."""
    said = number if count is None else count
    return _SECTOR * (1 + number % 2), sector(line_of(said, {"state": "mark"}))


def sector(line: bytes) -> bytes:
    """A line and the NULs that fill its sector."""
    return line.ljust(_SECTOR, b"\0")


def scan(data: bytes, at_work: bool = False) -> Scan:
    """Read a journal, whatever became of it; `at_work`: its writer may be amid a line."""
    head, *marks = (
        _record(data[at : at + _SECTOR].rstrip(b"\0")) for at in range(0, START, _SECTOR)
    )
    body = data[START:].rstrip(b"\0")
    found: list[Record] = []
    at = 0
    while at < len(body):
        end = body.find(b"\n", at) + 1
        record = _record(body[at:end])
        if record is None or record["n"] != len(found) + 1:
            break
        found.append(record)
        at = end
    rest = body[at:]
    torn = not rest or _is_torn(rest, at) or (at_work and b"\n" not in rest[:-1])
    count = max((mark["n"] for mark in marks if mark), default=-1)
    damage = _damage(head, count, len(found), b"" if torn else rest)
    lost = bool(rest) or len(found) < count
    return Scan(head or {}, tuple(found), START + at, len(rest), lost, damage)


def _record(line: bytes) -> Record | None:
    """The record of a whole line, None for any other."""
    body = line[_HEAD:-1]
    if line != b"%08x %08d %s\n" % (zlib.crc32(body), len(body), body):
        return None
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and isinstance(record.get("n"), int) else None


def _is_torn(rest: bytes, at: int) -> bool:
    """Whether these bytes after the last whole line may be what a power cut left of the next: its
    beginning, or parts of it where other sectors are still NULs."""
    if b"\n" in rest[:-1]:
        return False
    if b"\0" in rest:
        return all(any(sector) != (b"\0" in sector) for sector in _sectors(rest, at))
    if rest.endswith(b"\n"):
        return False
    head = rest[:_HEAD]
    if len(head) < _HEAD:
        return all(character in b"0123456789abcdef " for character in head)
    length = head[9:17]
    return length.isdigit() and len(rest) <= _HEAD + int(length)


def _sectors(rest: bytes, at: int) -> Iterator[bytes]:
    first = _SECTOR - at % _SECTOR
    yield rest[:first]
    for start in range(first, len(rest), _SECTOR):
        yield rest[start : start + _SECTOR]


def _damage(head: Record | None, count: int, whole: int, rest: bytes) -> str:
    """What is wrong with a journal of so many whole records, of which `count` should be there, and
    what stands behind them that is none."""
    if head is None:
        return "the first line of its journal is damaged"
    if head.get("format") != FORMAT:
        return "it was made by another release of unshim"
    if rest:
        later = sum(_record(line) is not None for line in rest.splitlines(keepends=True))
        follows = f", and good ones follow ({later})" if later else ""
        return f"record {whole + 1} of its journal is damaged{follows}"
    if count < 0:
        return "the marks of its journal are damaged"
    return f"{count - whole} records of its journal are gone" if count > whole + 1 else ""
