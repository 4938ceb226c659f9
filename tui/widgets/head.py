"""The first line of every screen: which node, what it runs, and what may be done to it."""

from __future__ import annotations

import re

from textual import events

from tui.lines.text import Line
from tui.messages import Seen
from tui.widgets.words import Words
from unshim.tell.lines import Ink, Part


class Head(Words):
    """One line, cut in the middle so that the badge always shows."""

    DEFAULT_CSS = "Head { height: 1; background: $panel; &:ansi { background: ansi_default; } }"

    def __init__(self, only_reads: bool) -> None:
        super().__init__(name="head")
        self._only_reads = only_reads
        self._seen: Seen | None = None

    def show(self, seen: Seen | None) -> None:
        """Name the node of this look."""
        self._seen = seen
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        text, ink = self._badge()
        badge = Line((f" {text} ", ink) if text else " ")
        room = max(0, self.size.width - badge.width)
        self.say(self._node(room).cut(room).fit(room) + badge)

    def _node(self, room: int) -> Line:
        line = Line((" unshim ", Ink.ACCENT))
        if self._seen is None:
            return line
        line += Line(" ", (self._seen.look.node.machine.name, Ink.STRONG), "  ")
        return line + Line(_fitting(self._seen.verdict.versions, room - line.width))

    def _badge(self) -> Part:
        if self._only_reads:
            return ("READ-ONLY", Ink.REVERSE)
        if self._seen is None:
            return ("", Ink.PLAIN)
        node = self._seen.look.node
        if not node.live:
            return ("RECORDED", Ink.REVERSE)
        return ("root", Ink.STRONG) if node.machine.root else ("not root", Ink.WARNING)


def _fitting(versions: tuple[str, ...], room: int) -> str:
    """What this node is and runs; the codename of its system goes first where room is short,
    then what is neither the system nor the kubelet nor containerd."""
    short = tuple(re.sub(r" ?\(.*?\)|GNU/Linux ", "", version) for version in versions)
    fewest = (*short[:2], *short[-1:]) if len(short) > 3 else short
    for parts in (versions, short, fewest):
        line = " · ".join(parts)
        if Line(line).width <= room:
            break
    return line
