"""Tasks and metrics as they are now: one table, pods folded over their containers."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable

from textual.binding import Binding
from textual.widget import Widget

from tui.engine import Engine
from tui.lines.live_card import card, tasks_of
from tui.lines.live_columns import Moment, column_at, heading, host_line, moment, row, sorts
from tui.lines.live_rows import LiveRow, Sorting, arranged
from tui.lines.text import Line
from tui.messages import Copy, Sampled, Seen, View
from tui.sampling import PERIOD, Sampling
from tui.screens.kept import LiveKept
from tui.screens.page import FilteredPage
from tui.screens.picker import Picker
from tui.screens.reader import Reader
from tui.terminal.background import tell
from tui.widgets.filter import Filter
from tui.widgets.heading import Heading
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.model.live import HostLoad, Sample, TaskRow
from unshim.model.values import Missing
from unshim.tell.lines import Ink, Part

_EVERY = (f"every {PERIOD:g} s", Ink.DIM)
_KEPT = 60
"""Samples whose CPU a row and the machine remember."""


class LivePage(FilteredPage):
    """A thread takes a sample a second while this page is open and not paused."""

    CSS_PATH = "live.tcss"
    BINDINGS = [
        Binding("t", "app.tasks", "Tasks", tooltip="See what runs here, by pod."),
        Binding("m", "app.metrics", "Metrics", tooltip="See what each pod uses, live."),
        Binding("p", "pause", "Pause", tooltip="Hold the table still, or go on."),
        Binding("s", "sort", "Sort", tooltip="Choose the column to sort by."),
        Binding("slash,fullwidth_solidus", "filter", "Filter", tooltip="Narrow it to some words."),
        Binding("S", "reverse", "Reverse", show=False, tooltip="Sort the other way round."),
        Binding("enter", "card", "Detail", tooltip="Read all that is known of it, nothing cut."),
        Binding("space", "fold", "Fold", tooltip="Fold a pod, or open it."),
        Binding("y", "copy", "Copy", tooltip="Copy its whole id, or the pod's name."),
        Binding("z", "fold_all", "Fold all", show=False, tooltip="Fold every pod, or open all."),
    ]

    def __init__(self, banner: str, engine: Engine, seen: Seen, view: View, kept: LiveKept) -> None:
        super().__init__(banner, engine.only_reads, seen)
        self.place = view.value
        self._view = view
        self._kept = kept
        self._tasks: tuple[TaskRow, ...] = ()
        self._lost = ""
        self._host: HostLoad | None = None
        self._moment = Moment(time.time(), {})
        self._may_not = not (seen.look.node.machine.root or not seen.look.node.live)
        self._load: deque[float | None] = deque(maxlen=_KEPT)
        self._sampling = Sampling(engine, lambda sample: tell(self, Sampled(sample)))

    @property
    def fetching(self) -> bool:
        return self._host is None and not self._lost

    def body(self) -> Iterable[Widget]:
        yield Words(Line("Asking containerd …"), name="status")
        yield Heading(name="heading")
        yield Rows(self._line, name="table")
        yield Filter(self._kept.words)
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
        self._load.append(sample.host.cpu)
        self._lost = sample.tasks.reason if isinstance(sample.tasks, Missing) else ""
        if not isinstance(sample.tasks, Missing):
            self._tasks = sample.tasks

    @property
    def _rows(self) -> Rows[LiveRow]:
        return self.query_one("#table", Rows)

    def _draw(self, *, again: bool = False) -> None:
        """Show the newest sample; `again` where only the way of showing it changed."""
        by = self._by
        order = sorts(self._view)[by.by]
        kept = self._kept
        rows = arranged(self._tasks, order, kept.folded, kept.words, by.reverse)
        history = self._moment.history
        if not again:
            old, history = history, {}
            for item in rows:
                past = old.get(item.key, ())
                history[item.key] = (*past[-(_KEPT - 1) :], item.task.usage.cpu)
        self._moment = moment(time.time(), history)
        at_top = self._rows.place[0] <= 1 and not again
        self._rows.show([Row(item.key, item) for item in rows])
        if at_top:  # where nobody has moved it, the cursor is on what is first now
            self._rows.action_jump(False)
        self.query_one(Heading).say(heading(self._view, self._rows.size.width - 1, by))
        self._say_status()
        if self._host is not None:
            self.query_one("#host", Words).say(
                host_line(self._host, tuple(self._load), self.size.width - 2)
            )

    def _line(self, item: LiveRow, width: int) -> Line:
        return row(item, self._view, width, self._moment, bool(self._lost))

    @property
    def _by(self) -> Sorting:
        """How this view is sorted."""
        sorting = self._kept.sorts[self._view]
        if not sorting.by:
            sorting.by = next(iter(sorts(self._view)))
        return sorting

    def _say_status(self) -> None:
        self.query_one("#status", Words).say(self._status().cut(self.size.width - 2))

    def _status(self) -> Line:
        parts: list[str | Part] = []
        if self._lost and self._may_not:
            parts.append(("✗ tasks cannot be read: not root (sudo unshim)  ", Ink.ERROR))
        elif self._lost:
            parts.append((f"✗ no fresh tasks: {self._lost}  ", Ink.ERROR))
        if self._seen is not None and not self._seen.look.node.live:
            parts += [(" recorded ", Ink.REVERSE), "  "]
        period = (" paused ", Ink.REVERSE) if self._sampling.paused else _EVERY
        parts += [period, "  "]
        parts.append(("{}/{}  ".format(*self._rows.place), Ink.ACCENT))
        for namespace, number in sorted(Counter(t.namespace for t in self._tasks).items()):
            parts.append(f"{namespace} {number}  ")
        if self._kept.words:
            matching = sum(row.value.depth == 0 for row in self._rows.rows)
            parts.append((f"{matching} match  ", Ink.ACCENT))
        parts.append((f"by {self._by.by}{', reversed' if self._by.reverse else ''}", Ink.DIM))
        return Line(*parts)

    def on_rows_moved(self) -> None:
        self._say_status()

    def on_rows_opened(self) -> None:
        self.action_card()

    def action_card(self) -> None:
        """All of it as it is now; it stands still while it is read."""
        if chosen := self._rows.chosen:
            tasks, now = tasks_of(chosen.value, self._tasks), self._moment.now
            self.app.push_screen(Reader(lambda width: card(chosen.value, tasks, now, width)))

    def action_copy(self) -> None:
        if chosen := self._rows.chosen:
            row = chosen.value
            is_pod = row.depth == 0 and bool(row.task.pod)
            self.post_message(Copy(row.task.pod if is_pod else row.task.id))

    def see(self, view: View) -> None:
        """Turn to the other face of the table."""
        self._view = view
        self.place = view.value
        self._draw(again=True)
        self._rows.action_jump(False)
        self._rows.refresh()
        self.refresh_bindings()

    def on_resize(self) -> None:
        self.call_after_refresh(lambda: self._draw(again=True))

    def action_pause(self) -> None:
        self._sampling.toggle()
        self._draw(again=True)

    def action_sort(self) -> None:
        words = list(sorts(self._view))
        self.app.push_screen(Picker("Sort by", words, self._by.by), self._sort_by)

    def action_reverse(self) -> None:
        self._sort_by(self._by.by)

    def on_heading_chosen(self, message: Heading.Chosen) -> None:
        column = column_at(self._view, self._rows.size.width - 1, message.x - 1)
        if column.sort:
            self._sort_by(column.sort)

    def _sort_by(self, chosen: str | None) -> None:
        """Sort so, from the top; the other way round where it is sorted by that already."""
        if chosen is not None:
            self._by.reverse = chosen == self._by.by and not self._by.reverse
            self._by.by = chosen
            self._draw(again=True)
            self._rows.action_jump(False)
            self._say_status()

    def narrow(self, words: str) -> None:
        self._kept.words = words
        self._draw(again=True)

    def list_of(self) -> Widget:
        return self._rows

    def action_fold(self) -> None:
        row = self._rows.chosen
        if row is not None and row.value.folded is not None:
            self._kept.folded ^= {row.key}
            self._draw(again=True)

    def action_fold_all(self) -> None:
        pods = {f"{t.namespace} {t.pod}" for t in self._tasks if t.pod}
        self._kept.folded = set() if self._kept.folded & pods else pods
        self._draw(again=True)
