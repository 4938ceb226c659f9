"""Which line of a file is no text, and which lines may be anything."""

from __future__ import annotations

import pytest

from unshim.text.garbled import garbled_line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", None),
        (b"[Service]\nKillMode=process\n", None),
        (b"\xef\xbb\xbf[Service]\r\nA=b\tc\r\n", None),
        ("[Unit]\nDescription=Dienst für Bücher\n".encode(), None),
        (b"# Dienst f\xfcr\nA=b\n", None),
        (b"; \x00\x01\nA=b\n", None),
        (b"A=b\nC=f\xfcr\n", 2),
        (b"A=b\x00\n", 1),
        (b"\n\n\x8f\x02\xfe\n", 3),
        ("A=b\n".encode("utf-16"), 1),
        (b"A=\x1b[31m\n", None),
    ],
)
def test_the_first_line_that_is_no_text(data: bytes, line: int | None) -> None:
    assert garbled_line(data) == line


def test_values_that_steer_nothing_may_be_of_another_encoding() -> None:
    data = b"[Unit]\nDescription = Dienst f\xfcr\nAfter=\xfc\n"
    assert garbled_line(data, free=(b"Description",)) == 3
    assert garbled_line(data) == 2
