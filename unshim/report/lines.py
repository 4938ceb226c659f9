"""A line of text output and its style. Rendering makes them, one writer writes them."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple


class Line(NamedTuple):
    """`style` is one that unshim.report.out knows, "" for plain."""

    text: str
    style: str = ""
