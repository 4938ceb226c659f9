"""How wide a text is on a terminal: letters of East Asia take two columns, marks none."""

from __future__ import annotations


def cells(text: str) -> int:
    """The columns that a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(letter) in ("Mn", "Me") else 2 if east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def pad(text: str, width: int) -> str:
    """The text with blanks behind it, so that it takes `width` columns at least."""
    return text + " " * (width - cells(text))
