"""A journal's lines: what is whole, what a power cut leaves, and what only damage does."""

from __future__ import annotations

import json
import random
import zlib

import pytest

from unshim.apply.records import FORMAT, START, Scan, beginning, line_of, mark, scan, sector

STATES = ("prepared", "intent", "done", "applied")
NEW = beginning(b"{}", 1)
SPACE = NEW[START:]
LINES = [line_of(n, {"state": state, "more": "x" * 700}) for n, state in enumerate(STATES, 1)]
WHOLE = b"".join(LINES)


def _front(count: int) -> bytes:
    """The first line, and the marks of so many records."""
    front = bytearray(NEW[:START])
    for number in range(count + 1):
        at, said = mark(number)
        front[at : at + len(said)] = said
    return bytes(front)


FRONT = _front(4)


def _states(found: Scan) -> tuple[str, ...]:
    return tuple(record["state"] for record in found.records)


def test_what_was_written_is_read() -> None:
    found = scan(FRONT + WHOLE + SPACE)
    assert (_states(found), found.damage, found.torn, found.lost) == (STATES, "", 0, False)
    assert found.head["format"] == FORMAT
    assert found.end == START + len(WHOLE)
    assert (_states(scan(NEW)), scan(NEW).damage, scan(NEW).lost) == ((), "", False)


@pytest.mark.parametrize("count", range(4))
def test_a_torn_last_line_is_no_record_and_no_damage(count: int) -> None:
    """The beginning of a line, or what some of its sectors hold while the others are still NULs,
    whether its mark reached the disk or not."""
    before, last = b"".join(LINES[:count]), LINES[count]
    first = 512 - len(before) % 512
    holes = [(max(0, at), at + 512) for at in range(first - 512, len(last), 512)]
    torn = [last[:cut] for cut in range(1, len(last))]
    torn += [last[:start] + bytes(len(last[start:end])) + last[end:] for start, end in holes]
    for left in torn:
        for marked in (count, count + 1):
            found = scan(_front(marked) + before + left + SPACE)
            assert (found.damage, _states(found), found.lost) == ("", STATES[:count], True)
            assert found.end == START + len(before)
            assert found.torn == len(left.rstrip(b"\0"))


def test_a_record_that_is_not_there_is_lost_where_its_mark_is() -> None:
    found = scan(_front(3) + b"".join(LINES[:2]) + SPACE)
    assert (found.damage, found.lost, found.torn) == ("", True, 0)
    assert _states(found) == STATES[:2]


@pytest.mark.parametrize("count", range(3))
def test_records_that_are_gone_are_missed(count: int) -> None:
    """Nothing that a power cut does takes more than the last one."""
    whole = FRONT + b"".join(LINES[:count])
    for bad in (whole, whole + SPACE, whole + LINES[count][:30] + SPACE):
        assert scan(bad).damage == f"{4 - count} records of its journal are gone"


def test_one_mark_may_be_torn_and_not_both() -> None:
    whole = FRONT + WHOLE + SPACE
    for place in (512, 1024):
        for bad in (bytes(512), b"\xff" * 512, sector(b"half a mark")):
            assert scan(whole[:place] + bad + whole[place + 512 :]).damage == ""
    both = scan(whole[:512] + bytes(1024) + whole[START:])
    assert both.damage == "the marks of its journal are damaged"


def test_while_its_writer_is_at_work_half_a_line_is_none_yet() -> None:
    for cut in range(1, len(LINES[0]) - 1):
        half = LINES[0][:cut] + bytes(len(LINES[0]) - cut - 1) + b"\n"
        found = scan(_front(0) + half + SPACE, at_work=True)
        assert (found.damage, _states(found)) == ("", ())


@pytest.mark.parametrize("line", range(4))
def test_one_byte_that_changed_is_damage_wherever_it_is(line: int) -> None:
    """In the last line too: what a power cut leaves is shorter, or has NULs."""
    at = START + sum(map(len, LINES[:line]))
    for place in range(at, at + len(LINES[line])):
        bad = bytearray(FRONT + WHOLE + SPACE)
        bad[place] ^= (1, 0x20, 0x80)[place % 3]
        assert scan(bytes(bad)).damage, place - at


def test_the_first_line_is_whole_or_damaged() -> None:
    for place in range(512):
        bad = bytearray(FRONT + WHOLE + SPACE)
        bad[place] ^= 0x40
        assert scan(bytes(bad)).damage == "the first line of its journal is damaged"
    for other in (b"", bytes(4096), WHOLE):
        assert scan(other).damage == "the first line of its journal is damaged"


def test_where_good_lines_follow_the_bad_one_that_is_said() -> None:
    bad = FRONT + WHOLE.replace(b'"prepared"', b'"prepaled"') + SPACE
    assert scan(bad).damage == "record 1 of its journal is damaged, and good ones follow (3)"


@pytest.mark.parametrize("lines", [[0, 2, 3], [0, 1, 1, 2, 3], [1, 0, 2, 3], [1], [0, 0]], ids=str)
def test_a_line_too_few_too_many_or_in_another_place_is_damage(lines: list[int]) -> None:
    assert scan(FRONT + b"".join(LINES[n] for n in lines) + SPACE).damage


def test_a_journal_of_another_release_is_said_to_be_one() -> None:
    head = sector(line_of(0, {"state": "planned", "format": FORMAT + 1}))
    says = "it was made by another release of unshim"
    assert scan(head + SPACE).damage == says
    assert scan(head + b"lines of another kind\n" + SPACE).damage == says


def test_any_bytes_are_read_to_an_end() -> None:
    draw = random.Random(7)
    parts = [FRONT, *LINES, b"\n", bytes(512), b"[" * 9999 + b"\n", LINES[0][:30]]
    for _ in range(300):
        found = scan(b"".join(draw.choices(parts, k=draw.randrange(6))))
        assert found.damage or json.dumps(found.records)


def test_a_line_that_is_valid_but_no_record_is_damage() -> None:
    for body in (b"[]", b"7", b'{"n": "1"}', b'{"state": "x"}', b"[" * 20_000, b'{"n": NaN}'):
        line = b"%08x %08d %s\n" % (zlib.crc32(body), len(body), body)
        assert scan(_front(1) + line + SPACE).damage == "record 1 of its journal is damaged"
