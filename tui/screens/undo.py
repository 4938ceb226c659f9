"""The runs on this machine that can be undone, what undoing each does, and doing it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.binding import Binding

from tui.engine import Engine
from tui.lines.text import Line, painted, wrapped
from tui.messages import Journalled, Seen
from tui.screens.change import ChangePage, Stage
from tui.terminal.background import describe_error, start, tell
from unshim.model.session import Applied, Progress, Run, Undoing
from unshim.model.states import STANDING
from unshim.model.values import Missing
from unshim.tell.ending import run_line, undoing
from unshim.tell.lines import Ink
from unshim.tell.units import age


class UndoPage(ChangePage):
    """Shows the newest run that stands, and those before it by the arrows."""

    place = "undo"
    BINDINGS = [
        Binding("a", "begin", "Undo"),
        Binding("left", "newer", "Newer run"),
        Binding("right", "older", "Older run"),
    ]
    verb = "undo"

    def __init__(self, banner: str, engine: Engine, seen: Seen) -> None:
        super().__init__(banner, engine, seen)
        self._runs: tuple[Run, ...] | str | None = None
        self._standing: tuple[Undoing, ...] = ()
        self._at = 0

    def on_mount(self) -> None:
        super().on_mount()
        start(self._read, "journal")

    def _read(self) -> None:
        try:
            runs = self._engine.journal()
            found = [self._engine.undoing(run.id) for run in runs if run.state in STANDING]
            standing = tuple(one for one in found if not isinstance(one, Missing))
            tell(self, Journalled(runs, standing))
        except Exception as broken:
            tell(self, Journalled(describe_error(broken)))

    def on_journalled(self, message: Journalled) -> None:
        self._runs, self._standing = message.runs, message.standing
        self.ready()

    @property
    def _chosen(self) -> Undoing | None:
        return self._standing[self._at] if self._standing else None

    def possible(self) -> bool:
        return self._chosen is not None and not self._chosen.refused

    def reading(self, width: int) -> list[Line]:
        if self._runs is None:
            return [Line("Reading the journal …")]
        if isinstance(self._runs, str):
            return wrapped(f"✗ The journal could not be read: {self._runs}", width, Ink.ERROR)
        lines = self._chosen_lines(width)
        mine = self._chosen.run.id if self._chosen else ""
        if others := [run for run in self._runs if run.id != mine]:
            lines += [Line(""), Line(("Other runs", Ink.STRONG))]
            rows = (Line("  ", *run_line(run, _ago(run)).parts) for run in others)
            lines += [row.cut(width) for row in rows]
        return lines

    def _chosen_lines(self, width: int) -> list[Line]:
        if self._chosen is None:
            return [Line("There is nothing to undo on this machine.")]
        title = "Newest run that can be undone"
        if self._at:
            title = f"Run {self._at + 1} of {len(self._standing)} that can be undone"
        lines = painted(undoing(self._chosen, _ago(self._chosen.run)), width)
        return [Line((title, Ink.STRONG)), *lines]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("newer", "older"):
            there = self._at > 0 if action == "newer" else self._at + 1 < len(self._standing)
            return self._stage is Stage.READY and there
        return super().check_action(action, parameters)

    def action_newer(self) -> None:
        self._go(-1)

    def action_older(self) -> None:
        self._go(1)

    def _go(self, by: int) -> None:
        self._at += by
        self.draw()
        self.top()

    def carry_out(self, progress: Callable[[Progress], None]) -> Applied:
        assert self._chosen is not None
        return self._engine.undo(self._chosen.run.id, progress)


def _ago(run: Run) -> str:
    return f"{age(time.time() - run.began)} ago"
