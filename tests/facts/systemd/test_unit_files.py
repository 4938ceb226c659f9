"""Unit files as text: where a section breaks, what a line goes on to, what is left out."""

from __future__ import annotations

import pytest

from unshim.facts.systemd.unit_files import broken_section, garbled, parse
from unshim.model.values import FileText, Missing


def _file(data: str | bytes) -> FileText:
    return FileText("/u", data.encode() if isinstance(data, str) else data)


def _assigned(data: str | bytes) -> list[tuple[str, str, str, int]]:
    return [(a.section, a.key, a.value.text, a.line) for a in parse(_file(data))]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[Unit]\nA=1\n", None),
        ("", None),
        ("[Unit\nA=1\n", 1),
        ("[Unit]\nA=1\n  [Service\n", 3),
        ("[Unit] # comment\n", 1),
        ("[Unit]  \r\n", None),
        ("A=\\\n[open\n", None),
        ("A=\\\n\\\n[open\nB=1\n[open\n", 5),
        ("# [open\n; [open\n", None),
        ("[\n", 1),
    ],
)
def test_a_section_that_is_not_closed(text: str, line: int | None) -> None:
    assert broken_section(_file(text)) == line


@pytest.mark.parametrize(
    ("data", "assigned"),
    [
        (b"", []),
        (b"\x00\xff\xfe", []),
        (b"\xef\xbb\xbf[S]\nA=1\n", [("S", "A", "1", 2)]),
        (b"[S]\r\nA=1\r\n", [("S", "A", "1", 2)]),
        ("[S]\nA=\u00e9\n".encode("latin-1"), [("S", "A", r"\xe9", 2)]),
        ("[S]\nA=1\n".encode("utf-16"), []),
        (b"[S]\n\tA\t=\t1\t\n", [("S", "A", "1", 2)]),
        (b"[S]\nA\nB=\n=c\n", [("S", "B", "", 3)]),
        (b"[S]\nA=b # not a comment\n", [("S", "A", "b # not a comment", 2)]),
        (b"[S]\n[]\nA=1\n", []),
        (b"[X-Own]\nA=1\n", [("X-Own", "A", "1", 2)]),
    ],
)
def test_what_of_a_file_is_an_assignment(
    data: bytes, assigned: list[tuple[str, str, str, int]]
) -> None:
    assert _assigned(data) == assigned


def test_lines_that_go_on() -> None:
    assert _assigned("[S]\nA=1 \\\n2\nB=3\n") == [("S", "A", "1  2", 2), ("S", "B", "3", 4)]
    assert _assigned("[S]\nA=1\\\n; out\n# out \\\n2\n") == [("S", "A", "1 2", 2)]
    assert _assigned("[S]\nA=1\\\n\nB=2\n") == [("S", "A", "1", 2), ("S", "B", "2", 4)]
    assert _assigned("[S]\nA=1\\\nB=2\n") == [("S", "A", "1 B=2", 2)]


def test_every_character_knows_the_line_it_stood_on() -> None:
    (assignment,) = parse(_file("[S]\nA= ab\\\n# out\ncd\n"))
    assert assignment.value.text == "ab cd"
    assert assignment.value.lines == (2, 2, 2, 4, 4)
    assert assignment.path == "/u"


def test_a_line_of_a_megabyte_is_one_assignment() -> None:
    ((_, key, value, _),) = _assigned("[S]\nA=" + "x" * 1_000_000)
    assert (key, len(value)) == ("A", 1_000_000)


def test_a_file_with_a_line_that_is_no_text_is_garbled() -> None:
    sound = FileText("/a.conf", b"[Service]\nKillMode=process\n")
    broken = FileText("/b.conf", b"[Service]\nKillMode=\xff\xfe\n")
    worded = FileText("/c.conf", b"[Unit]\nDescription=f\xfcr\n")
    assert garbled(()) is None
    assert garbled((sound, worded)) is None
    found = garbled((sound, broken))
    assert found == Missing("/b.conf:2 is garbled: what it was to set cannot be known")
