"""What fix and undo share: something to read, a typed yes, progress, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui.allowed import why_not
from tui.engine import Engine
from tui.lines.text import Line, painted, wrapped
from tui.messages import Copy, Finished, LookAgain, Notice, Progressed, Seen
from tui.screens.page import Page
from tui.terminal.background import describe_error, start, tell
from tui.widgets.confirm import Confirm
from tui.widgets.words import Words
from unshim.model.session import Applied, Progress
from unshim.model.values import StrEnum
from unshim.tell import ending
from unshim.tell.lines import Ink

_WHOLE = 10_000
"""A width at which no line is broken: what is copied can be used."""


class Stage(StrEnum):
    GETTING_READY = "getting-ready"
    READY = "ready"
    GOING = "going"
    ENDED = "ended"


class ChangePage(Page):
    """A page that can change the node, once the person has typed its name."""

    AUTO_FOCUS = ""
    CSS_PATH = "change.tcss"
    BINDINGS = [
        Binding("escape", "back", "Back"),
        Binding("u", "undo", "Undo"),
        Binding("a", "begin", "Apply"),
        Binding("a", "say_why_not", show=False),
        Binding("y", "copy", "Copy"),
        Binding("down,j", "by(1)", "Down", show=False),
        Binding("up,k", "by(-1)", "Up", show=False),
        Binding("pagedown,space", "by(12)", "Page down", show=False),
        Binding("pageup", "by(-12)", "Page up", show=False),
        Binding("home,g", "top", "Top", show=False),
        Binding("end,G", "bottom", "Bottom", show=False),
    ]
    verb = "apply"

    def __init__(self, banner: str, engine: Engine, seen: Seen) -> None:
        super().__init__(banner, engine.only_reads, seen)
        self._engine = engine
        self._stage = Stage.GETTING_READY
        self._done: dict[tuple[int, str], Progress] = {}
        self._end: Applied | str | None = None
        self._fresh: Seen | None = None
        self._why_not = why_not(engine.only_reads, seen.look.node)

    @property
    def busy(self) -> bool:
        return self._stage is Stage.GOING

    @property
    def fetching(self) -> bool:
        return self._stage is Stage.GETTING_READY

    def reading(self, width: int) -> list[Line]:
        """What there is to read before the yes."""
        return []

    def possible(self) -> bool:
        """Whether there is something to carry out, where that is allowed at all."""
        return False

    def carry_out(self, progress: Callable[[Progress], None]) -> Applied:
        """Do it. Called in a thread."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        assert self._seen is not None
        with VerticalScroll(id="paper", can_focus=False):
            yield Words(name="reading")
        yield Confirm(self._seen.look.node.machine.name, self.verb)

    def ready(self) -> None:
        """What there is to read has come."""
        self._stage = Stage.READY
        self.draw()

    def show(self, seen: Seen) -> None:
        super().show(seen)
        if self._stage is Stage.ENDED:
            self._fresh = seen
            self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Fill the page with what this stage has to say."""
        width = max(20, self.size.width - 4)
        paper = self.query_one("#paper", VerticalScroll)
        self.query_one("#reading", Words).say(self._lines(width))
        if self._begun:
            paper.scroll_end(animate=False)
        self.refresh_bindings()

    @property
    def _begun(self) -> bool:
        return self._stage in (Stage.GOING, Stage.ENDED)

    def _lines(self, width: int) -> list[Line]:
        if self._begun:
            return self._going(width)
        return [*self.reading(width), *self._cannot(width)]

    def _cannot(self, width: int) -> list[Line]:
        if self._stage is Stage.READY and self._why_not and self.possible():
            return [Line(""), *wrapped(self._why_not, width, Ink.WARNING)]
        return []

    def _going(self, width: int) -> list[Line]:
        title = Line(("What was done", Ink.STRONG))
        if self._end is None:
            title = Line((f"{self.verb.capitalize()}: one step at a time.", Ink.STRONG))
            title += Line("  The steps go on without this terminal.")
        lines = [title, Line("")]
        for step in self._done.values():
            lines += painted([ending.progress(step)], width)
        if self._end is None and _all_done(self._done.values()):
            lines += painted([ending.looking()], width)
        if self._end is not None:
            lines += [Line(""), *self._end_lines(self._end, width)]
        return lines

    def _end_lines(self, end: Applied | str, width: int) -> list[Line]:
        if isinstance(end, str):
            return wrapped(f"✗ It stopped half-way: {end}", width, Ink.ERROR)
        now = self._fresh.verdict.sentence if self._fresh else "looking again …"
        return [
            *painted(ending.end(end), width),
            Line(""),
            *wrapped(f"Now: {now}", width, Ink.STRONG),
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("begin", "say_why_not"):
            allowed = bool(self._why_not) == (action == "say_why_not")
            return self._stage is Stage.READY and allowed and self.possible()
        if action == "undo":
            return self._stage is Stage.ENDED and self.place != "undo"
        return not (action == "back" and self.busy)

    async def action_undo(self) -> None:
        await self.run_action("app.undo")

    def action_begin(self) -> None:
        self.query_one(Confirm).open()

    def action_say_why_not(self) -> None:
        self.post_message(Notice(self._why_not, bad=True))

    def on_confirm_closed(self) -> None:
        self.set_focus(None)

    def on_confirm_given(self) -> None:
        if self._stage is not Stage.READY or self._why_not or not self.possible():
            return
        self.set_focus(None)
        self._stage = Stage.GOING
        self.draw()
        start(self._carry_out, self.verb)

    def _carry_out(self) -> None:
        try:
            end: Applied | str = self.carry_out(lambda p: tell(self, Progressed(p)))
        except Exception as broken:
            end = describe_error(broken)
        tell(self, Finished(end))

    def on_progressed(self, message: Progressed) -> None:
        step = message.progress
        self._done[step.step, step.command] = step
        self.draw()

    def on_finished(self, message: Finished) -> None:
        self._stage = Stage.ENDED
        self._end = message.applied
        self.draw()
        self.post_message(LookAgain())

    def action_back(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        lines = self._lines(_WHOLE)
        self.post_message(Copy("\n".join(line.plain.rstrip() for line in lines) + "\n"))

    def top(self) -> None:
        """Show the first line again."""
        self.query_one("#paper", VerticalScroll).scroll_home(animate=False)

    def action_top(self) -> None:
        self.top()

    def action_bottom(self) -> None:
        self.query_one("#paper", VerticalScroll).scroll_end(animate=False)

    def action_by(self, lines: int) -> None:
        self.query_one("#paper", VerticalScroll).scroll_relative(y=lines, animate=False)


def _all_done(steps: Collection[Progress]) -> bool:
    return any(step.step == step.of for step in steps) and all(step.done for step in steps)
