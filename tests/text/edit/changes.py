"""What an edit changed, line by line."""

from __future__ import annotations


def changed(before: bytes, after: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines that went and that came; all others are the same bytes in the same order."""
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]
