"""A list of one-line rows that redraws only the lines whose text changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tui.lines.text import STYLES, Line
from unshim.tell.lines import Ink

T = TypeVar("T")

REVERSED = RichStyle(reverse=True)


@dataclass(frozen=True)
class Row(Generic[T]):
    """A value and the key by which the cursor stays on it when the list changes."""

    key: str
    value: T


class Rows(ScrollView, Generic[T], can_focus=True):
    """Rows of any length; only those in sight are drawn. The cursor's row carries a mark."""

    COMPONENT_CLASSES = {"rows--cursor"}
    DEFAULT_CSS = """
    Rows {
        height: 1fr;
        overflow: hidden;
        scrollbar-size: 0 0;
        & > .rows--cursor { text-style: bold; background: $panel; }
        &:focus > .rows--cursor { background: $primary 30%; }
        &:ansi > .rows--cursor { background: ansi_default; text-style: bold; }
        &:ansi:focus > .rows--cursor { background: ansi_default; text-style: reverse; }
    }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "jump(False)", "First", show=False),
        Binding("end,G", "jump(True)", "Last", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row, or its row has a new value."""

        def __init__(self, rows: Widget, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Widget:
            return self.rows

    class Opened(Message):
        """The row under the cursor was clicked again, as Enter is pressed on it."""

    def __init__(self, draw: Callable[[T, int], Line], *, name: str) -> None:
        super().__init__(id=name)
        self._draw = draw
        self._rows: Sequence[Row[T]] = ()
        self._cursor = 0
        self._drawn: dict[int, Line] = {}
        self._inks: dict[tuple[Ink, bool], RichStyle] = {}

    @property
    def chosen(self) -> Row[T] | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def rows(self) -> Sequence[Row[T]]:
        """Every row, in the order of the list."""
        return self._rows

    @property
    def place(self) -> tuple[int, int]:
        """The cursor's row counted from 1 (0 in an empty list), and how many there are."""
        return (min(self._cursor + 1, len(self._rows)), len(self._rows))

    def show(self, rows: Sequence[Row[T]]) -> None:
        """Replace the rows. The cursor stays on its key where that is still there."""
        key = self.chosen.key if self.chosen else None
        old, self._rows = self._rows, rows
        keys = [row.key for row in rows]
        self._cursor = keys.index(key) if key in keys else min(self._cursor, max(0, len(rows) - 1))
        if len(old) != len(rows):
            self.virtual_size = Size(self.size.width, len(rows))
        self._keep_in_sight()
        self._refresh_changed()
        if self.chosen and self.chosen.key != key:
            self.post_message(self.Moved(self, self.chosen.key))

    def go(self, key: str) -> None:
        """Put the cursor on a key, where it is in the list."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self._move_to(index)

    def _refresh_changed(self) -> None:
        """Redraw the lines in sight whose text is another than the one on the screen."""
        top = self.scroll_offset.y
        for y in range(self.size.height):
            if self._drawn.get(y) != self._line(top + y):
                self.refresh_line(top + y)

    def _line(self, index: int) -> Line:
        width = self.size.width
        if not 0 <= index < len(self._rows):
            return Line(" " * width)
        mark = Line(("▸", Ink.ACCENT) if index == self._cursor else " ")
        return (mark + self._draw(self._rows[index].value, width - 1)).fit(width)

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        line = self._line(index)
        self._drawn[y] = line
        under = index == self._cursor and bool(self._rows)
        return Strip([Segment(t, self._style(ink, under)) for t, ink in line.parts], line.width)

    def _style(self, ink: Ink, under: bool) -> RichStyle:
        style = self._inks.get((ink, under))
        if style is None:
            base = self.visual_style
            if under:
                base += self.get_visual_style("rows--cursor")
            if under and self.get_component_styles("rows--cursor").text_style.reverse:
                # Textual leaves it out of a visual style. Whole and plain: a bar of many colours
                # is hard to read.
                style = base.rich_style + REVERSED
            else:
                style = (base + Style.parse(STYLES[ink])).rich_style
            self._inks[ink, under] = style
        return style

    def notify_style_update(self) -> None:
        self._inks.clear()
        super().notify_style_update()

    def on_resize(self, _event: events.Resize) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._drawn.clear()
        self._keep_in_sight()
        self.refresh()

    def on_focus(self) -> None:
        self._inks.clear()

    def on_blur(self) -> None:
        self._inks.clear()

    def on_click(self, event: events.Click) -> None:
        """The first click puts the cursor there, the second opens."""
        index = self.scroll_offset.y + event.y
        if index >= len(self._rows):
            return
        if index == self._cursor:
            self.post_message(self.Opened())
        else:
            self._move_to(index)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        self._move_to(self._cursor + by * max(1, self.size.height - 1))

    def action_jump(self, to_end: bool) -> None:
        self._move_to(len(self._rows) if to_end else 0)

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self._rows) - 1))
        if index == self._cursor:
            return
        before, self._cursor = self._cursor, index
        self.refresh_line(before)
        self.refresh_line(index)
        self._keep_in_sight()
        if self.chosen:
            self.post_message(self.Moved(self, self.chosen.key))

    def _keep_in_sight(self) -> None:
        """Scroll so that the cursor's row can be seen."""
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + height:
            top = self._cursor - height + 1
        top = max(0, min(top, len(self._rows) - height))
        if top != self.scroll_offset.y:
            self.scroll_to(0, top, animate=False, force=True, immediate=True)
