"""What is told, painted for a terminal with rich: loaded there, and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from unshim.report.table import Cell, Row, Table, Told
from unshim.tell.cells import cells
from unshim.tell.lines import Breaks, Ink, Line, Part, rows
from unshim.text.escape import Door

# The second door: what forgot the first reaches no terminal all the same.
_DOOR = Door(keeps="\n")

_STYLES = {
    Ink.PLAIN: Style.null(),
    Ink.STRONG: Style(bold=True),
    Ink.DIM: Style(dim=True),
    Ink.ERROR: Style(color="red"),
    Ink.REMOVED: Style(color="red"),
    Ink.PASS: Style(color="green"),
    Ink.WARNING: Style(color="yellow"),
    Ink.NOTE: Style(color="cyan"),
    Ink.ACCENT: Style(color="cyan"),
    Ink.REVERSE: Style(reverse=True),
}


def painted(told: Iterable[Told], columns: int, colours: bool) -> Iterator[str]:
    """Rows for a terminal of so many columns; lines that are too long are broken at words."""
    for one in told:
        if isinstance(one, Table):
            yield from _table(one, columns, colours)
        elif one.breaks is Breaks.AT_SPACES:
            yield from (_row(row, colours) for row in rows(one, columns, folds=True))
        else:
            yield _row(one, colours)


def _row(line: Line, colours: bool) -> str:
    system = ColorSystem.STANDARD if colours else None
    parts = _joined(line.parts)
    painted = (_STYLES[ink].render(_harmless(text), color_system=system) for text, ink in parts)
    return " " * line.indent + "".join(painted)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """The same with words of one ink in one part: blanks between them are not inked."""
    joined: list[Part] = []
    for text, ink in parts:
        if len(joined) > 1 and joined[-1][0].isspace() and joined[-2][1] is ink:
            (before, _), (blanks, _) = joined.pop(-2), joined.pop()
            text = before + blanks + text
        joined.append((text, ink))
    return joined


def _harmless(text: str) -> str:
    return _DOOR.let_out(text)


def _table(table: Table, columns: int, colours: bool) -> Iterator[str]:
    shown = RichTable(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    folded = columns < table.roomy
    names = max((cells("".join(text for text, _ in row[0])) for row in table.rows), default=0)
    for number, head in enumerate(table.heads[:-1] if folded else table.heads):
        # What is to be copied and typed stays whole, as long as there is room for the rest.
        whole = not number and names <= columns // 2
        shown.add_column(head, overflow="fold", no_wrap=whole)
    for row in table.rows:
        shown.add_row(*map(_text, _folded(row) if folded else row))
    console = Console(
        file=io.StringIO(),
        width=columns,
        force_terminal=True,
        color_system="standard" if colours else None,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(shown)
    yield from (row.rstrip() for row in captured.get().splitlines())


def _folded(row: Row) -> Row:
    *others, value, last = row
    is_empty = not any(text for text, _ in last)
    return (*others, value if is_empty else (*value, ("\n", Ink.PLAIN), *last))


def _text(cell: Cell) -> Text:
    return Text.assemble(*((_harmless(text), _STYLES[ink]) for text, ink in cell))
