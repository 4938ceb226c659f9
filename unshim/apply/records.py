"""The lines of a journal: which are whole, what a power cut leaves, and what is damage.

A journal is `<crc32 of the JSON, 8 hex> <its length, 8 digits> <JSON>\\n` line by line, then NULs
to its end: the space set aside for what is still to come. Each line has the next number, and is on
disk before the next is written. So a power cut can tear the last line only, and never shortens the
file; all else that is wrong with it is damage.
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
_HEAD = 18
"""How long a line's checksum and length are, with the blank behind each."""

Record = dict[str, Any]


class Damaged(ValueError):
    """A run's journal or plan is not as unshim left it; the text says what is wrong with it."""


class Scan(NamedTuple):
    """A journal as it was read: its first line, the records after it, where the next one goes, how
    many bytes of a torn one stand there, and in words what is damaged ("" for nothing)."""

    head: Mapping[str, Any]
    records: tuple[Record, ...]
    end: int
    torn: int
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
    head = line_of(0, about)
    return head + bytes(spare_of(steps))


def scan(data: bytes, at_work: bool = False) -> Scan:
    """Read a journal, whatever became of it; `at_work`: its writer may be amid a line."""
    body = data.rstrip(b"\0")
    found: list[Record] = []
    at = 0
    while at < len(body):
        end = body.find(b"\n", at)
        record = _record(body[at:end]) if end >= 0 else None
        if record is None or record["n"] != len(found):
            break
        found.append(record)
        at = end + 1
    rest = body[at:]
    head, *records = found or [{}]
    torn = bool(found) and (_is_torn(rest, at) or (at_work and b"\n" not in rest[:-1]))
    damage = _damage(rest, len(found), torn)
    if found and head.get("format") != FORMAT:
        damage = "it was made by another release of unshim"
    elif not damage and len(body) == len(data):
        damage = "the end of its journal is gone"
    return Scan(head, tuple(records), at, len(rest), damage)


def _record(line: bytes) -> Record | None:
    """The record of a whole line without its end, None for any other."""
    body = line[_HEAD:]
    if line[:_HEAD] != b"%08x %08d " % (zlib.crc32(body), len(body)):
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


def _damage(rest: bytes, whole: int, torn: bool) -> str:
    if torn or (whole and not rest):
        return ""
    if not rest:
        return "its journal is empty"
    later = sum(_record(line) is not None for line in rest.split(b"\n"))
    follows = f", and good ones follow ({later})" if later else ""
    return f"line {whole + 1} of its journal is damaged{follows}"
