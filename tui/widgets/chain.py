"""The call chain of this node, kubelet to runc, with the broken hop marked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from tui.lines.text import Line, wrapped
from tui.widgets.words import Words
from unshim.model.session import Hop, HopState
from unshim.tell import signs
from unshim.tell import verdict as telling
from unshim.tell.lines import Ink

OUTLINE = tuple(
    Hop(name, "", HopState.UNKNOWN) for name in ("kubelet", "…", "containerd", "shim", "runc")
)
"""The chain before anything is known."""

_MARKS = {HopState.BROKEN: "✗ ", HopState.WARNED: "! "}
_ARROWS = (" ──▶ ", " ─▶ ", " ▶ ")


class Chain(Words):
    """Side by side where that fits, else one hop a line."""

    def __init__(self) -> None:
        super().__init__(name="chain")
        self._hops: Sequence[Hop] = OUTLINE

    def show(self, hops: Sequence[Hop]) -> None:
        self._hops = hops
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        before = len(self.lines)
        self._draw()
        if before not in (0, len(self.lines)):
            # The layout that is under way has its old height already.
            self.call_after_refresh(self.refresh, layout=True)

    def _draw(self) -> None:
        self.say(drawn(self._hops, self.size.width))


def drawn(hops: Sequence[Hop], width: int) -> list[Line]:
    """The chain in lines of at most `width` cells; none where there is no node."""
    if not hops:
        return []
    for arrow in _ARROWS:
        columns = [max(_name(h).width, len(h.detail)) for h in hops]
        if sum(columns) + len(arrow) * (len(hops) - 1) + 1 <= width:
            return _across(hops, columns, arrow, width)
    return _down(hops, width)


def _name(hop: Hop) -> Line:
    mark = _MARKS.get(hop.state, "")
    return Line((mark, signs.of_hop(hop.state)), telling.hop(hop).name)


def _across(hops: Sequence[Hop], columns: list[int], arrow: str, width: int) -> list[Line]:
    names, details = Line(" "), Line(" ")
    notes: list[Line] = []
    for index, (hop, column) in enumerate(zip(hops, columns, strict=True)):
        if index:
            names += Line((arrow, Ink.DIM))
            details += Line(" " * len(arrow))
        if hop.note:
            notes += _note(hop, details.width, width)
        names += _name(hop).fit(column)
        details += Line((hop.detail, Ink.DIM)).fit(column)
    # The chain keeps three lines at least, so that nothing below it moves when it becomes known.
    return [names, details, *(notes or [Line("")])]


def _note(hop: Hop, at: int, width: int) -> list[Line]:
    """The note under its hop; moved left as far as it must be to be read whole."""
    note = Line(telling.hop(hop).note)
    if note.width + 1 >= width:
        return wrapped(f"▲ {hop.name}: {hop.note}", width, Ink.ERROR, 1)
    return [Line(" " * min(at, width - note.width)) + note]


def _down(hops: Sequence[Hop], width: int) -> list[Line]:
    lines = []
    for index, hop in enumerate(hops):
        lead = "   " if index == 0 else " ▶ "
        description = telling.hop(hop)
        gap = "  " if hop.note else ""
        line = (
            Line((lead, Ink.DIM))
            + _name(hop)
            + Line("  ", description.detail, gap, description.note)
        )
        lines.append(line.cut(width))
    return lines
