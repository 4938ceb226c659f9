"""How a person has set a screen, kept while that screen is closed."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.lines.live_rows import Sorting
from tui.messages import View


@dataclass
class FindingsKept:
    """`words` is the filter, `row` the check under the cursor, "" for the first."""

    words: str = ""
    sort: str = "severity"
    quiet_too: bool = False
    row: str = ""

    def showing(self, check_id: str) -> FindingsKept:
        """The same, without what may hide this check, and with the cursor on it."""
        return FindingsKept("", self.sort, True, check_id)


@dataclass
class LiveKept:
    """`folded` are the keys of the pods that are folded."""

    words: str = ""
    sorts: dict[View, Sorting] = field(default_factory=lambda: {view: Sorting() for view in View})
    folded: set[str] = field(default_factory=set)
