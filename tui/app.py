"""The Textual app: it looks at the node and hands what was seen to the screens."""

from __future__ import annotations

import gc
from collections.abc import Callable

from textual.driver import Driver
from textual.screen import Screen

from tui.allowed import why_not
from tui.bindings import EVERYWHERE
from tui.engine import Engine
from tui.following import going_on
from tui.messages import Explain, LookAgain, Looked, LookFailed, OpenFinding, OpenPlan, Seen, View
from tui.screens.kept import FindingsKept, LiveKept
from tui.screens.overview import Overview
from tui.screens.page import Page
from tui.terminal.app import TerminalApp
from tui.terminal.background import describe_error, start, tell
from tui.terminal.terminal import Terminal

AGAIN = 5.0
"""Seconds between two looks while a run goes on that is not this screen's."""
GOES_ON = (
    "The steps go on without this screen, are looked at, and undone where the node is worse. "
    "Press again to leave."
)


class UnshimApp(TerminalApp):
    """Holds the engine and the newest look; everything else is a screen's own."""

    TITLE = "unshim"
    CSS_PATH = ["unshim.tcss", "screens/overview.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = EVERYWHERE

    def __init__(
        self,
        engine: Engine,
        banner: str = "",
        terminal: Terminal | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        super().__init__(terminal or Terminal(), driver)
        self._engine = engine
        self._banner = banner
        self._seen: Seen | None = None
        self._looking = False
        self._again = False
        self._warned = False
        self._findings = FindingsKept()
        self._tasks = LiveKept()

    def get_default_screen(self) -> Screen[None]:
        return Overview(self._banner, self._engine.only_reads)

    def first_frame(self) -> None:
        """The frame is out: now look, and let the collector skip what stays for good anyway."""
        gc.freeze()
        gc.enable()
        self.look()

    def look(self) -> None:
        """Look at the node in a thread; the answer comes as a message. Asked for while a look is
        under way, another follows it: that one may have begun before what it should show."""
        self._again = self._looking
        if self._looking:
            return
        self._looking = True
        start(self._look, "look")

    def _look(self) -> None:
        try:
            look = self._engine.look()
            tell(self, Looked(Seen(look, self._engine.verdict(look))))
        except Exception as broken:
            tell(self, LookFailed(describe_error(broken)))

    def on_looked(self, message: Looked) -> None:
        self._looking = False
        if self._again:
            self.look()
            return
        if going_on(message.seen):
            self.set_timer(AGAIN, self.look)
        elif self._seen and going_on(self._seen):
            self.notify("The run that went on is at its end. u tells of it.")
        self._seen = message.seen
        with self.batch_update():
            for page in self._pages():
                page.show(message.seen)

    def on_look_failed(self, message: LookFailed) -> None:
        self._looking = False
        if self._again:
            self.look()
            return
        for page in self._pages():
            page.look_failed(message.reason)

    def _pages(self) -> list[Page]:
        return [screen for screen in self.screen_stack if isinstance(screen, Page)]

    def on_look_again(self, _message: LookAgain) -> None:
        self.look()

    def action_look(self) -> None:
        self.repaint()
        self.look()
        self.notify("Rescanning.", timeout=1.5)

    def action_overview(self) -> None:
        self._open(None)

    def action_findings(self) -> None:
        from tui.screens.findings import Findings

        if self._seen is not None:
            self._open(Findings(self._banner, self._engine, self._seen, self._findings))

    def on_open_finding(self, message: OpenFinding) -> None:
        """Show this one: a filter that would hide it is dropped."""
        self._findings = self._findings.showing(message.check_id)
        self.action_findings()

    def on_explain(self, message: Explain) -> None:
        from tui.lines.story import whole
        from tui.screens.reader import Reader

        if self._seen is None:
            return
        results = self._seen.look.results
        result = next(r for r in results if r.check.id == message.check_id)
        fix = next((f for f in self._engine.fixes if f.check_id == message.check_id), None)
        its = self._seen.verdict.cures.get(message.check_id)
        self.push_screen(Reader(lambda width: whole(result, fix, its, width)))

    def on_open_plan(self, message: OpenPlan) -> None:
        from tui.screens.fix import FixPage

        if self._seen is not None:
            self.push_screen(FixPage(self._banner, self._engine, self._seen, message.check_ids))

    def _open(self, page: Page | None) -> None:
        """Put one page on top of the opening screen, in place of what stands there."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if page is not None:
            self.push_screen(page)

    def action_tasks(self) -> None:
        self._live(View.TASKS)

    def action_metrics(self) -> None:
        self._live(View.METRICS)

    def _live(self, view: View) -> None:
        from tui.screens.live import LivePage

        if isinstance(self.screen, LivePage):
            self.screen.see(view)
        elif self._seen is not None:
            self._open(LivePage(self._banner, self._engine, self._seen, view, self._tasks))

    def _see_tasks_of(self, pod: str) -> None:
        self._tasks.words = pod
        self._open(None)
        self._live(View.TASKS)

    def action_undo(self) -> None:
        from tui.screens.undo import UndoPage

        if self._seen is not None:
            self.push_screen(UndoPage(self._banner, self._engine, self._seen))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        pages = self._pages()
        if not pages:
            return True
        page = pages[-1]
        if page.busy:
            return action in ("leave", "theme", "mouse", "repaint", "interrupt", "suspend_process")
        if action == page.place:
            return False
        if action in ("tasks", "metrics"):
            return self._engine.has_live_panes
        if action == "undo":
            return self._seen is not None and not why_not(
                self._engine.only_reads, self._seen.look.node
            )
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        page = self.screen
        if isinstance(page, Page) and page.busy and not self._warned:
            self._warned = True
            self.notify(GOES_ON, severity="warning")
            return
        self.exit(0)

    def action_help(self) -> None:
        from tui.screens.help import help_lines
        from tui.screens.reader import Reader

        screen = self.screen
        self.push_screen(Reader(lambda width: help_lines(screen, width)))

    def action_palette(self) -> None:
        from tui.screens.palette import Palette, acts, checks, pods

        entries = acts(self.screen, self._acting)
        if self._seen is not None:
            look = self._seen.look
            entries += checks(look.results, lambda name: self.on_open_finding(OpenFinding(name)))
            if self._engine.has_live_panes:
                entries += pods(look.node, self._see_tasks_of)
        self.push_screen(Palette(entries), lambda entry: entry.act() if entry else None)

    def _acting(self, screen: Screen[object], action: str) -> Callable[[], None]:
        def act() -> None:
            self.call_later(self.run_action, action, screen)

        return act
