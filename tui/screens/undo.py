"""The last run on this machine, and taking it back."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.binding import Binding

from tui.engine import Engine
from tui.lines.text import Line, painted, wrapped
from tui.messages import Journalled, Seen
from tui.screens.change import ChangePage
from tui.terminal.background import describe_error, start, tell
from unshim.apply.journal import STANDING
from unshim.model.session import Applied, Progress, Run
from unshim.tell.ending import run_to_undo
from unshim.tell.lines import Ink
from unshim.tell.units import age


class UndoPage(ChangePage):
    """Shows the newest run that stands; undoing puts its files back as they were."""

    BINDINGS = [Binding("a", "begin", "Undo")]
    verb = "undo"

    def __init__(self, banner: str, engine: Engine, seen: Seen) -> None:
        super().__init__(banner, engine, seen)
        self._runs: tuple[Run, ...] | str | None = None

    def on_mount(self) -> None:
        super().on_mount()
        start(self._read, "journal")

    def _read(self) -> None:
        try:
            tell(self, Journalled(self._engine.journal()))
        except Exception as broken:
            tell(self, Journalled(describe_error(broken)))

    def on_journalled(self, message: Journalled) -> None:
        self._runs = message.runs
        self.ready()

    def possible(self) -> bool:
        return self._standing() is not None

    def _standing(self) -> Run | None:
        """The newest run that is applied and not undone."""
        if self._runs is None or isinstance(self._runs, str):
            return None
        return next((run for run in self._runs if run.state in STANDING), None)

    def reading(self, width: int) -> list[Line]:
        if self._runs is None:
            return [Line("Reading the journal …")]
        if isinstance(self._runs, str):
            return wrapped(f"✗ The journal could not be read: {self._runs}", width, Ink.ERROR)
        lines = []
        standing = self._standing()
        if standing is None:
            lines.append(Line("There is nothing to undo on this machine."))
        else:
            lines.append(Line(("Newest run that can be undone", Ink.STRONG)))
            lines += painted(run_to_undo(standing, f"{_ago(standing)} ago"), width)
        if others := [run for run in self._runs if run is not standing]:
            lines += [Line(""), Line(("Other runs", Ink.STRONG))]
            for run in others:
                row = f"  {run.id}  {_ago(run)} ago  {', '.join(run.fixes)}  {run.state}"
                lines.append(Line(row).cut(width))
        return lines

    def carry_out(self, progress: Callable[[Progress], None]) -> Applied:
        standing = self._standing()
        assert standing is not None
        return self._engine.undo(standing.id, progress)


def _ago(run: Run) -> str:
    return age(time.time() - run.began)
