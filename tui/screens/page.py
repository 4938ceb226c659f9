"""What every full screen has: the head, the keys, and a plain line where there is no room."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from tui.lines.text import Line
from tui.messages import Seen
from tui.widgets.filter import Filter
from tui.widgets.head import Head
from tui.widgets.keys import KeyLine
from tui.widgets.words import Words
from unshim.tell.lines import Ink


class Page(Screen[None]):
    """A full screen over one look at the node. Subclasses fill `body` and draw in `show`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (60, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-short"), (35, "-tall")]

    place: str = ""
    """The action that opens this page; it is not offered on the page itself."""

    def __init__(self, banner: str, only_reads: bool, seen: Seen | None = None) -> None:
        super().__init__()
        self._banner = banner
        self._only_reads = only_reads
        self._seen = seen

    @property
    def busy(self) -> bool:
        """Whether something is being changed, so that leaving should be thought over."""
        return False

    @property
    def fetching(self) -> bool:
        """Whether a thread will soon say what there is to show; the frame waits for it a little."""
        return False

    def body(self) -> Iterable[Widget]:
        """The widgets between the head and the keys."""
        return ()

    def compose(self) -> ComposeResult:
        yield Words(
            Line("Too small: unshim needs 60x15. Make the window larger, or q to quit."),
            name="too-small",
        )
        yield Head(self._only_reads)
        if self._banner:
            yield Words(Line((f" {self._banner}", Ink.WARNING)), name="banner")
        yield from self.body()
        yield KeyLine()

    def on_mount(self) -> None:
        if self._seen is not None:
            self.show(self._seen)

    def show(self, seen: Seen) -> None:
        """Draw this look. Called again when there is a fresher one."""
        self._seen = seen
        self.query_one(Head).show(seen)

    def look_failed(self, reason: str) -> None:
        """Say that there is no look. Screens that live without one say nothing."""


class FilteredPage(Page):
    """A page with a list that `/` narrows. Esc drops the filter first, and then goes back."""

    BINDINGS = [
        Binding("escape", "back", "Back", show=False, tooltip="Drop the filter, or go back."),
    ]

    def narrow(self, words: str) -> None:
        """Show what matches these words."""

    def list_of(self) -> Widget:
        """The list, which takes the keys again."""
        raise NotImplementedError

    def action_filter(self) -> None:
        self.query_one(Filter).open()

    async def action_back(self) -> None:
        typed = self.query_one(Filter)
        if typed.words:
            typed.drop()
        else:
            await self.run_action("app.overview")

    def on_filter_typed(self, message: Filter.Typed) -> None:
        self.narrow(message.words)

    def on_filter_closed(self) -> None:
        self.list_of().focus()
