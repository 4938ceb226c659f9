"""A table that is told: cells for a terminal, and the same in lines for everybody else."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.tell.lines import Line, Part

Cell = tuple[Part, ...]
Row = tuple[Cell, ...]


class Table(NamedTuple):
    """Rows of cells below their heads. A cell may have a line feed in it; `plain` is all of it in
    lines. Where there are less than `roomy` columns, the last cell stands below the one before."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    plain: tuple[Line, ...]
    roomy: int = 0

    @property
    def text(self) -> str:
        """The whole table, as it is where there is no colour."""
        return "\n".join(line.text for line in self.plain)


Told = Line | Table
