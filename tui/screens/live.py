"""Tasks and metrics as they are now: one table, pods folded over their containers."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable

from textual.binding import Binding
from textual.widget import Widget

from tui.engine import Engine
from tui.lines.live_columns import Moment, heading, host_line, row, sorts
from tui.lines.live_rows import LiveRow, arranged
from tui.lines.text import Line
from tui.messages import Sampled, Seen, View
from tui.sampling import Sampling
from tui.screens.page import Page
from tui.screens.picker import Picker
from tui.terminal.background import tell
from tui.widgets.filter import Filter
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.model.live import HostLoad, Sample, TaskRow
from unshim.model.values import Missing
from unshim.tell.lines import Ink, Part

_KEPT = 60
"""Samples whose CPU a row and the machine remember."""


class LivePage(Page):
    """A thread takes a sample a second while this page is open and not paused."""

    CSS_PATH = "live.tcss"
    BINDINGS = [
        Binding("escape", "app.overview", "Back", show=False),
        Binding("t", "app.tasks", "Tasks"),
        Binding("m", "app.metrics", "Metrics"),
        Binding("p", "pause", "Pause"),
        Binding("s", "sort", "Sort"),
        Binding("slash", "filter", "Filter"),
        Binding("space,enter", "fold", "Fold"),
        Binding("z", "fold_all", "Fold all", show=False),
    ]

    def __init__(self, banner: str, engine: Engine, seen: Seen, view: View) -> None:
        super().__init__(banner, engine.only_reads, seen)
        self.place = view.value
        self._view = view
        self._sorts = {each: next(iter(sorts(each))) for each in View}
        self._words = ""
        self._folded: set[str] = set()
        self._tasks: tuple[TaskRow, ...] = ()
        self._lost = ""
        self._host: HostLoad | None = None
        self._moment = Moment(time.time(), {})
        self._load: deque[float] = deque(maxlen=_KEPT)
        self._sampling = Sampling(engine, lambda sample: tell(self, Sampled(sample)))

    def body(self) -> Iterable[Widget]:
        yield Words(Line("Asking containerd …"), name="status")
        yield Words(name="heading")
        yield Rows(self._line, name="table")
        yield Filter()
        yield Words(name="host")

    def on_mount(self) -> None:
        super().on_mount()
        self._sampling.start()

    def on_unmount(self) -> None:
        self._sampling.close()

    def on_sampled(self, message: Sampled) -> None:
        sample = message.sample
        if isinstance(sample, Missing):
            self._lost = sample.reason
        else:
            self._take(sample)
        self._draw()

    def _take(self, sample: Sample) -> None:
        self._host = sample.host
        self._load.append(sample.host.cpu or 0.0)
        self._lost = sample.tasks.reason if isinstance(sample.tasks, Missing) else ""
        if not isinstance(sample.tasks, Missing):
            self._tasks = sample.tasks

    @property
    def _rows(self) -> Rows[LiveRow]:
        return self.query_one("#table", Rows)

    def _draw(self, *, again: bool = False) -> None:
        """Show the newest sample; `again` where only the way of showing it changed."""
        order = sorts(self._view)[self._sorts[self._view]]
        rows = arranged(self._tasks, order, self._folded, self._words)
        history = self._moment.history
        if not again:
            old, history = history, {}
            for item in rows:
                past = old.get(item.key, ())
                history[item.key] = (*past[-(_KEPT - 1) :], item.task.usage.cpu or 0.0)
        self._moment = Moment(time.time(), history)
        self._rows.show([Row(item.key, item) for item in rows])
        self.query_one("#heading", Words).say(heading(self._view, self._rows.size.width - 1))
        self.query_one("#status", Words).say(self._status(rows).cut(self.size.width - 2))
        if self._host is not None:
            self.query_one("#host", Words).say(
                host_line(self._host, self._load, self.size.width - 2)
            )

    def _line(self, item: LiveRow, width: int) -> Line:
        return row(item, self._view, width, self._moment, bool(self._lost))

    def _status(self, rows: list[LiveRow]) -> Line:
        parts: list[str | Part] = []
        if self._lost:
            parts.append((f"✗ no fresh tasks: {self._lost}  ", Ink.ERROR))
        if self._seen is not None and not self._seen.look.node.live:
            parts += [(" recorded ", Ink.REVERSE), "  "]
        if self._sampling.paused:
            parts.append((" paused ", Ink.REVERSE))
            parts.append("  ")
        for namespace, number in sorted(Counter(t.namespace for t in self._tasks).items()):
            parts.append(f"{namespace} {number}  ")
        if self._words:
            matching = sum(item.depth == 0 for item in rows)
            parts.append((f"{matching} match  ", Ink.ACCENT))
        parts.append((f"by {self._sorts[self._view]}", Ink.DIM))
        return Line(*parts)

    def see(self, view: View) -> None:
        """Turn to the other face of the table."""
        self._view = view
        self.place = view.value
        self._draw(again=True)
        self._rows.refresh()
        self.refresh_bindings()

    def on_resize(self) -> None:
        self.call_after_refresh(lambda: self._draw(again=True))

    def action_pause(self) -> None:
        self._sampling.toggle()
        self._draw(again=True)

    def action_sort(self) -> None:
        self.app.push_screen(
            Picker("Sort by", list(sorts(self._view)), self._sorts[self._view]), self._sort_by
        )

    def _sort_by(self, chosen: str | None) -> None:
        if chosen is not None:
            self._sorts[self._view] = chosen
            self._draw(again=True)

    def action_filter(self) -> None:
        self.query_one(Filter).open()

    def on_filter_typed(self, message: Filter.Typed) -> None:
        self._words = message.words
        self._draw(again=True)

    def on_filter_closed(self) -> None:
        self._rows.focus()

    def action_fold(self) -> None:
        row = self._rows.chosen
        if row is not None and row.value.folded is not None:
            self._folded ^= {row.key}
            self._draw(again=True)

    def action_fold_all(self) -> None:
        pods = {f"{t.namespace} {t.pod}" for t in self._tasks if t.pod}
        self._folded = set() if self._folded & pods else pods
        self._draw(again=True)
