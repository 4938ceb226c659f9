"""A journal's lines: what is whole, what a power cut leaves, and what only damage does."""

from __future__ import annotations

import json
import random

import pytest

from unshim.apply.records import FORMAT, Scan, beginning, line_of, scan

STATES = ("prepared", "intent", "done", "applied")
HEAD = beginning(b"{}", 1)
SPACE = HEAD[HEAD.index(b"\n") + 1 :]
LINES = [
    HEAD.rstrip(b"\0"),
    *(line_of(n, {"state": state, "more": "x" * 700}) for n, state in enumerate(STATES, 1)),
]
WHOLE = b"".join(LINES)


def _states(found: Scan) -> tuple[str, ...]:
    return tuple(record["state"] for record in found.records)


def test_what_was_written_is_read() -> None:
    found = scan(WHOLE + SPACE)
    assert (_states(found), found.damage, found.torn) == (STATES, "", 0)
    assert found.head["format"] == FORMAT
    assert found.end == len(WHOLE)
    assert _states(scan(HEAD)) == ()
    assert scan(HEAD).damage == ""


@pytest.mark.parametrize("line", range(1, len(LINES)))
def test_a_torn_last_line_is_no_record_and_no_damage(line: int) -> None:
    """The beginning of a line, or what some of its sectors hold while the others are still NULs."""
    before, last = b"".join(LINES[:line]), LINES[line]
    for cut in range(1, len(last)):
        found = scan(before + last[:cut] + SPACE)
        assert (found.damage, _states(found)) == ("", STATES[: line - 1])
        assert (found.end, found.torn) == (len(before), cut)
    first = 512 - len(before) % 512
    for sector in (-512, *range(0, len(last) - first, 512)):
        start, end = max(0, first + sector), first + sector + 512
        torn = last[:start] + bytes(len(last[start:end])) + last[end:]
        found = scan(before + torn + SPACE)
        assert (found.damage, _states(found)) == ("", STATES[: line - 1])


def test_while_its_writer_is_at_work_half_a_line_is_none_yet() -> None:
    for cut in range(1, len(LINES[1]) - 1):
        half = LINES[0] + LINES[1][:cut] + bytes(len(LINES[1]) - cut - 1) + b"\n" + SPACE
        assert scan(half, at_work=True).damage == ""
        assert _states(scan(half, at_work=True)) == ()


@pytest.mark.parametrize("line", range(len(LINES)))
def test_one_byte_that_changed_is_damage_wherever_it_is(line: int) -> None:
    """In the last line too: what a power cut leaves is shorter, or has NULs."""
    at = sum(map(len, LINES[:line]))
    for place in range(at, at + len(LINES[line])):
        bad = bytearray(WHOLE + SPACE)
        bad[place] ^= (1, 0x20, 0x80)[place % 3]
        assert scan(bytes(bad)).damage, place - at


def test_where_good_lines_follow_the_bad_one_that_is_said() -> None:
    bad = WHOLE.replace(b'"prepared"', b'"prepaled"') + SPACE
    assert scan(bad).damage == "line 2 of its journal is damaged, and good ones follow (3)"
    assert scan(WHOLE.replace(b'"planned"', b'"planted"') + SPACE).damage.startswith("line 1 of")


def test_a_file_that_was_cut_off_is_no_torn_line() -> None:
    """The space behind the last line is part of the file from the beginning."""
    for length in range(1, len(WHOLE) + 1):
        assert scan(WHOLE[:length]).damage
    assert scan(WHOLE).damage == "the end of its journal is gone"
    assert scan(b"").damage == scan(bytes(4096)).damage == "its journal is empty"


@pytest.mark.parametrize(
    "lines",
    [
        [0, 1, 3, 4],
        [0, 1, 2, 2, 3],
        [0, 2, 1, 3],
        [1, 2],
        [0, 0, 1],
    ],
    ids=str,
)
def test_a_line_too_few_too_many_or_in_another_place_is_damage(lines: list[int]) -> None:
    assert scan(b"".join(LINES[n] for n in lines) + SPACE).damage


def test_a_journal_of_another_release_is_said_to_be_one() -> None:
    head = line_of(0, {"state": "planned", "format": FORMAT + 1})
    says = "it was made by another release of unshim"
    assert scan(head + SPACE).damage == says
    assert scan(head + b"lines of another kind\n" + SPACE).damage == says


def test_any_bytes_are_read_to_an_end() -> None:
    draw = random.Random(7)
    parts = [*LINES, b"\n", b"\0" * 512, b"[" * 9999 + b"\n", line_of(1, {"state": "x"})[:30]]
    for _ in range(300):
        found = scan(b"".join(draw.choices(parts, k=draw.randrange(6))))
        assert found.damage or json.dumps(found.records)


def test_a_line_that_is_valid_but_no_record_is_damage() -> None:
    import zlib

    for body in (b"[]", b"7", b'{"n": "1"}', b'{"state": "x"}', b"[" * 20_000, b'{"n": NaN}'):
        line = b"%08x %08d %s\n" % (zlib.crc32(body), len(body), body)
        assert scan(LINES[0] + line + SPACE).damage
