"""The columns of the live table: what each holds, how wide it is, which go first when narrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.lines.live_rows import Shown
from tui.lines.text import Line, fit
from tui.messages import View
from unshim.tell.lines import Ink, Part
from unshim.tell.units import age, count, percent, rate, size

BARS = "▁▂▃▄▅▆▇█"
NAME_WIDTH = 22
"""Cells that the name keeps at least."""


def spark(history: Sequence[float], width: int) -> str:
    """The last `width` values as bars, scaled to the highest but never to less than one percent."""
    values = list(history)[-width:]
    top = max([*values, 1.0])
    bars = "".join(BARS[min(7, max(0, round(value / top * 7)))] for value in values)
    return f"{bars:>{width}}"


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell may need beside its row: the time, and the CPU history by row."""

    now: float
    history: dict[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Column:
    """`rank` says which columns stay when there is little room: the lowest."""

    title: str
    width: int
    rank: int
    text: Callable[[Shown, Moment], str]
    right: bool = False
    ink: Ink = Ink.PLAIN


def _up(row: Shown, moment: Moment) -> str:
    return age(None if row.task.started is None else moment.now - row.task.started)


_NAMESPACE = Column("NS", 8, 3, lambda r, _: r.task.namespace, ink=Ink.DIM)
_STATUS = Column("STATUS", 8, 2, lambda r, _: r.task.status)
_UP = Column("UP", 5, 4, _up, right=True)

_COLUMNS = {
    View.TASKS: (
        _NAMESPACE,
        Column("ID", 12, 5, lambda r, _: r.task.id[:12], ink=Ink.DIM),
        Column("PID", 8, 1, lambda r, _: str(r.task.pid or "–"), right=True),
        _STATUS,
        _UP,
        Column("IMAGE", 44, 6, lambda r, _: r.task.image, ink=Ink.DIM),
    ),
    View.METRICS: (
        _NAMESPACE,
        Column("CPU %", 6, 0, lambda r, _: percent(r.cpu), right=True),
        Column("", 8, 5, lambda r, m: spark(m.history.get(r.key, ()), 8), ink=Ink.NOTE),
        Column("MEMORY", 8, 1, lambda r, _: size(r.memory), right=True),
        Column("LIMIT", 8, 2, lambda r, _: size(r.limit), right=True),
        Column("PIDS", 5, 6, lambda r, _: count(r.pids), right=True),
        Column("READ", 10, 7, lambda r, _: rate(r.read), right=True),
        Column("WRITE", 10, 8, lambda r, _: rate(r.write), right=True),
        Column("UP", 5, 9, _up, right=True),
        Column("STATUS", 8, 4, lambda r, _: r.task.status),
    ),
}


def columns(view: View, width: int) -> tuple[Column, ...]:
    """Those of a view that fit beside a name, in the view's order."""
    room = width - NAME_WIDTH
    kept: set[int] = set()
    for column in sorted(_COLUMNS[view], key=lambda c: c.rank):
        if column.width + 1 <= room:
            room -= column.width + 1
            kept.add(column.rank)
    return tuple(c for c in _COLUMNS[view] if c.rank in kept)


def heading(view: View, width: int) -> Line:
    """The titles, over their columns."""
    shown = columns(view, width)
    cells = [(" " + fit(c.title, c.width, right=c.right), Ink.STRONG) for c in shown]
    return Line((fit(" POD / CONTAINER", _name_width(shown, width)), Ink.STRONG), *cells)


def row(item: Shown, view: View, width: int, moment: Moment, faded: bool) -> Line:
    """One row; all of it dim where it is no longer fresh."""
    shown = columns(view, width)
    sign = {None: " ", True: "▸", False: "▾"}[item.folded]
    name = f"{'  ' * item.depth}{sign} {item.name}"
    foreign = not item.task.pod
    cells: list[Part] = [(fit(name, _name_width(shown, width)), Ink.DIM if foreign else Ink.PLAIN)]
    cells += [(" " + fit(c.text(item, moment), c.width, right=c.right), c.ink) for c in shown]
    return Line(*((text, Ink.DIM) if faded else (text, ink) for text, ink in cells))


def _name_width(shown: Sequence[Column], width: int) -> int:
    return max(1, width - sum(c.width + 1 for c in shown))
