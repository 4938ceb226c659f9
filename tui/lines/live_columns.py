"""The columns of the live table: a row each, with all that there is to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tui.lines.live_rows import LiveRow, Order, Sorting
from tui.lines.spark import LEAST, History, spark, top
from tui.lines.text import Cut, Line, fit
from tui.messages import View
from unshim.model.live import HostLoad, TaskRow, Usage
from unshim.tell.lines import Ink, Part
from unshim.tell.units import age, count, of, percent, rate, size

NAME_WIDTH = 22
"""Cells that the name keeps at least."""
SPARK_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell may need beside its row: the time, the CPU history by row, and what a full bar
    of it stands for."""

    now: float
    history: Mapping[str, History]
    full: float = LEAST


def moment(now: float, history: Mapping[str, History]) -> Moment:
    """A moment whose bars have one scale for all rows."""
    return Moment(now, history, top(history.values(), SPARK_WIDTH))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the live table.

    `views` says in which views it stands and how soon it goes there when there is little room: the
    lowest stays longest, and sorts first. `sort` is the word for its order, "" for none; `cut` is
    where it is cut that has no room.
    """

    title: str
    width: int
    text: Callable[[LiveRow, Moment], str]
    views: Mapping[View, int]
    right: bool = False
    ink: Ink | Callable[[LiveRow], Ink] = Ink.PLAIN
    cut: Cut = Cut.RIGHT
    sort: str = ""
    order: Order = field(default=lambda task: 0)


def _up(row: LiveRow, moment: Moment) -> str:
    return age(None if row.task.started is None else moment.now - row.task.started)


def _spark(row: LiveRow, moment: Moment) -> str:
    return spark(moment.history.get(row.key, ()), SPARK_WIDTH, moment.full)


def _status_ink(row: LiveRow) -> Ink:
    return _STATUS_INKS.get(row.task.status, Ink.PLAIN)


def most(number: Callable[[Usage], float | None]) -> Order:
    """The largest first."""

    def order(task: TaskRow) -> float | None:
        value = number(task.usage)
        return None if value is None else -value

    return order


_STATUS_INKS = {"stopped": Ink.WARNING, "paused": Ink.ACCENT, "unknown": Ink.WARNING}
_NOT_KUBELETS = ("  not kubelet's", "  no pod")
_T, _M = View.TASKS, View.METRICS

NAME = Column("POD / CONTAINER", NAME_WIDTH, lambda r, _: r.name, {_T: 0, _M: 99}, sort="name")
"""The first column: it takes the room that the others leave."""

COLUMNS = (
    Column(
        "NS", 8, lambda r, _: r.task.namespace, {_T: 3, _M: 3},
        ink=Ink.DIM, sort="namespace", order=lambda task: task.namespace,
    ),
    Column("ID", 12, lambda r, _: r.task.id[:12], {_T: 5}, ink=Ink.DIM),
    Column(
        "CPU %", 6, lambda r, _: percent(r.task.usage.cpu), {_M: 0},
        right=True, sort="CPU", order=most(lambda usage: usage.cpu),
    ),
    Column("", SPARK_WIDTH, _spark, {_M: 5}, ink=Ink.NOTE),
    Column(
        "MEMORY", 8, lambda r, _: size(r.task.usage.memory), {_M: 1},
        right=True, sort="memory", order=most(lambda usage: usage.memory),
    ),
    Column("LIMIT", 8, lambda r, _: size(r.task.usage.limit), {_M: 2}, right=True),
    Column(
        "PIDS", 5, lambda r, _: count(r.task.usage.pids), {_M: 6},
        right=True, sort="pids", order=most(lambda usage: usage.pids),
    ),
    Column(
        "READ", 10, lambda r, _: rate(r.task.usage.read), {_M: 7},
        right=True, sort="read", order=most(lambda usage: usage.read),
    ),
    Column(
        "WRITE", 10, lambda r, _: rate(r.task.usage.written), {_M: 8},
        right=True, sort="write", order=most(lambda usage: usage.written),
    ),
    Column("PID", 8, lambda r, _: str(r.task.pid or "–"), {_T: 1}, right=True),
    Column(
        "STATUS", 8, lambda r, _: r.task.status, {_T: 2, _M: 4},
        ink=_status_ink, sort="status", order=lambda task: task.status,
    ),
    Column(
        "UP", 5, _up, {_T: 4, _M: 9},
        right=True, sort="uptime", order=lambda task: task.started,
    ),
    Column("IMAGE", 44, lambda r, _: r.task.image, {_T: 6}, ink=Ink.DIM, cut=Cut.LEFT),
)  # fmt: skip


def ranked(view: View) -> list[Column]:
    """Every column of a view, the one that stays longest first."""
    return sorted((c for c in (NAME, *COLUMNS) if view in c.views), key=lambda c: c.views[view])


def sorts(view: View) -> dict[str, Order]:
    """The orders of a view by their words, its own first."""
    return {column.sort: column.order for column in ranked(view) if column.sort}


def columns(view: View, width: int) -> tuple[Column, ...]:
    """Those of a view that fit beside a name, in the table's order."""
    room = width - NAME_WIDTH
    kept: list[Column] = []
    for column in ranked(view):
        if column is not NAME and column.width + 1 <= room:
            room -= column.width + 1
            kept.append(column)
    return tuple(column for column in COLUMNS if column in kept)


def heading(view: View, width: int, sorting: Sorting) -> Line:
    """The titles, over their columns; the one that is sorted by with an arrow: down as it comes,
    up the other way round."""
    visible = columns(view, width)
    name_width = _name_width(visible, width)
    cells = [(fit(f" {_title(NAME, name_width - 1, sorting)}", name_width), Ink.STRONG)]
    cells += [(" " + _title(c, c.width, sorting), Ink.STRONG) for c in visible]
    return Line(*cells)


def _title(column: Column, width: int, sorting: Sorting) -> str:
    if not column.sort or column.sort != sorting.by:
        return fit(column.title, width, right=column.right)
    arrow = "▲" if sorting.reverse else "▼"
    return fit(column.title[: width - 1] + arrow, width, right=column.right)


def column_at(view: View, width: int, x: int) -> Column:
    """The column that this cell of the heading belongs to."""
    visible = columns(view, width)
    at, end = NAME, _name_width(visible, width)
    for column in visible:
        if x < end:
            break
        at, end = column, end + column.width + 1
    return at


def row(item: LiveRow, view: View, width: int, moment: Moment, faded: bool) -> Line:
    """One row; all of it dim where it is no longer fresh."""
    visible = columns(view, width)
    sign = {None: " ", True: "+", False: "▾"}[item.folded]
    lead = f"{'  ' * item.depth}{sign} "
    cells = [*_name(lead, item, _name_width(visible, width))]
    cells += [_cell(column, item, moment) for column in visible]
    return Line(*((text, Ink.DIM) if faded else (text, ink) for text, ink in cells))


def _name(lead: str, item: LiveRow, width: int) -> Iterator[Part]:
    """Whose it is stands in words beside what is not the kubelet's, as far as there is room."""
    foreign = not item.task.pod
    name = f"{lead}{item.name}"
    room = width - Line(name).width
    words = next((w for w in _NOT_KUBELETS if len(w) <= room), "") if foreign else ""
    yield (fit(name, width - len(words), cut=Cut.MIDDLE), Ink.DIM if foreign else Ink.PLAIN)
    yield (words, Ink.DIM)


def _cell(column: Column, item: LiveRow, moment: Moment) -> Part:
    ink = column.ink if isinstance(column.ink, Ink) else column.ink(item)
    text = column.text(item, moment)
    return (" " + fit(text, column.width, right=column.right, cut=column.cut), ink)


def host_line(host: HostLoad, load: History, width: int) -> Line:
    """The machine under its tasks; `load` is its CPU of late."""
    parts: list[str | Part] = [
        ("host", Ink.STRONG),
        f" CPU {percent(host.cpu):>3} % ",
        (spark(load, SPARK_WIDTH, 100.0), Ink.NOTE),
        f" mem {of(host.memory_used, host.memory_total)}",
    ]
    if host.disk_total:
        used = percent(100 * host.disk_used / host.disk_total)
        parts.append(f"  {host.disk_path} {used} % of {size(host.disk_total)}")
    return Line(*parts).cut(width)


def _name_width(visible: Sequence[Column], width: int) -> int:
    return max(1, width - sum(c.width + 1 for c in visible))
