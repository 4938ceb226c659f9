"""What a fix would change, what it disturbs, what will be true afterwards; then the typed yes."""

from __future__ import annotations

from collections.abc import Callable

from tui.engine import Engine
from tui.lines.text import Line, painted, wrapped
from tui.messages import Planned, Seen
from tui.screens.change import ChangePage
from tui.terminal.background import describe_error, start, tell
from unshim.model.plan import Plan
from unshim.model.session import Applied, Progress
from unshim.tell.lines import Ink
from unshim.tell.plan import plan


class FixPage(ChangePage):
    """The plan of some checks' fixes."""

    def __init__(self, banner: str, engine: Engine, seen: Seen, check_ids: tuple[str, ...]) -> None:
        super().__init__(banner, engine, seen)
        self._check_ids = check_ids
        self._plan: Plan | str | None = None

    def on_mount(self) -> None:
        super().on_mount()
        start(self._rehearse, "plan")

    def _rehearse(self) -> None:
        try:
            tell(self, Planned(self._engine.plan(self._check_ids)))
        except Exception as broken:
            tell(self, Planned(describe_error(broken)))

    def on_planned(self, message: Planned) -> None:
        self._plan = message.plan
        self.ready()

    def possible(self) -> bool:
        return isinstance(self._plan, Plan) and bool(self._plan.steps)

    def reading(self, width: int) -> list[Line]:
        if self._plan is None:
            return [Line("Rehearsing the fix; nothing is changed …")]
        if isinstance(self._plan, str):
            return wrapped(f"✗ No plan could be made: {self._plan}", width, Ink.ERROR)
        lines = painted(plan(self._plan), width)
        if self._plan.steps and not self._why_not:
            rest = ("--partial",) if self._plan.refusals else ()
            command = " ".join(("unshim apply", *rest, *self._check_ids))
            lines += [Line(""), *wrapped(f"The same from a shell: {command}", width, Ink.DIM)]
        return lines

    def carry_out(self, progress: Callable[[Progress], None]) -> Applied:
        assert isinstance(self._plan, Plan)
        return self._engine.apply(self._plan, progress)
