"""Findings by severity, and beside or below them the chosen one with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget

from tui.engine import Engine
from tui.lines.filtering import matches
from tui.lines.story import as_text, brief
from tui.lines.text import Line
from tui.messages import Copy, Explain, OpenPlan, Seen
from tui.screens.kept import FindingsKept
from tui.screens.page import FilteredPage
from tui.widgets.filter import Filter
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.judge.diagnose import weight
from unshim.model.checks import Outcome, Result
from unshim.model.plan import Cure
from unshim.tell import signs
from unshim.tell.lines import Ink
from unshim.tell.units import many

_QUIET = (Outcome.PASS, Outcome.NOT_APPLICABLE)
_UNKNOWN = (Outcome.UNKNOWN, Outcome.ERROR)
_ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)
_SORTS = ("severity", "subject", "name")
_NO_FINDING = "No findings. a shows the checks that pass."
_NO_MATCH = "Nothing listed matches these words."


class Findings(FilteredPage):
    """Every check that has something to say; the quiet ones behind a key."""

    place = "findings"
    CSS_PATH = "findings.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (60, "-narrow"), (100, "-wide")]
    BINDINGS = [
        Binding("enter", "plan", "Preview fix", tooltip="See what its fix would change."),
        Binding("e", "explain", "Explain", tooltip="Read all that is known of it."),
        Binding("slash,fullwidth_solidus", "filter", "Filter", tooltip="Narrow it to some words."),
        Binding("s", "sort", "Sort", tooltip="Sort by severity, subject or name, in turn."),
        Binding("a", "quiet", "Show passing", tooltip="Show what passes too, or hide it again."),
        Binding("y", "copy", "Copy", tooltip="Copy the finding as text."),
        Binding("space", "by(8)", "Scroll the text down", show=False),
        Binding("b", "by(-8)", "Scroll the text up", show=False),
        Binding("J", "by(1)", "Scroll it a line down", show=False),
        Binding("K", "by(-1)", "Scroll it a line up", show=False),
        Binding(
            "P", "plan_all", "Preview all fixes", show=False,
            tooltip="See what all fixes together would change.",
        ),
    ]  # fmt: skip

    def __init__(self, banner: str, engine: Engine, seen: Seen, kept: FindingsKept) -> None:
        super().__init__(banner, engine.only_reads, seen)
        self._fixes = {fix.check_id: fix for fix in engine.fixes}
        self._kept = kept

    def body(self) -> Iterable[Widget]:
        with Container(id="both"):
            with Vertical(id="left"):
                yield Words(Line(""), name="count")
                yield Rows(self._row, name="list")
                yield Filter(self._kept.words)
            with VerticalScroll(id="detail", can_focus=False):
                yield Words(Line(""), name="story")

    def on_mount(self) -> None:
        super().on_mount()
        self._rows.focus()

    def show(self, seen: Seen) -> None:
        super().show(seen)
        row = self._kept.row
        self._fill()
        self._rows.go(row)
        self._tell()

    @property
    def _rows(self) -> Rows[Result]:
        return self.query_one("#list", Rows)

    def _fill(self) -> None:
        """Put into the list what is to be shown, in its order, and say what is not."""
        results = self._seen.look.results if self._seen else ()
        loud = [r for r in results if self._kept.quiet_too or r.outcome not in _QUIET]
        matching = [r for r in loud if matches(self._kept.words, _searchable_text(r))]
        matching.sort(key=self._key)
        self._rows.show([Row(r.check.id, r) for r in matching])

    def _key(self, result: Result) -> tuple[object, ...]:
        place = (_ORDER.index(result.outcome), *weight(result))
        if self._kept.sort == "subject":
            return (result.check.subject, *place)
        return (result.check.id,) if self._kept.sort == "name" else place

    def _row(self, result: Result, width: int) -> Line:
        """A sign, the check's id, and whether there is a fix, or why it is not known."""
        mark = "fix" if self._fixable(result) else "   "
        sign = signs.of_result(result)
        ink = Ink.DIM if result.outcome in _QUIET else Ink.PLAIN
        name = Line((result.check.id, ink))
        if result.outcome in _UNKNOWN:
            name += Line("  ", (result.reason, Ink.DIM))
        return Line(sign, " ") + name.fit(width - 6) + Line((" " + mark, Ink.DIM))

    def _fixable(self, result: Result) -> bool:
        return result.outcome is Outcome.FAIL and result.check.id in self._fixes

    def _cure(self, result: Result) -> Cure | None:
        """What the fix of a result does on this node, None where there is none."""
        return self._seen.verdict.cures.get(result.check.id) if self._seen else None

    def _chosen(self) -> Result | None:
        row = self._rows.chosen if self.is_mounted else None
        return row.value if row else None

    def _tell(self) -> None:
        """Draw the chosen result beside or below the list, and above that how many there are."""
        result = self._chosen()
        if result is not None:
            self._kept.row = result.check.id
        results = self._seen.look.results if self._seen else ()
        self.query_one("#count", Words).say(_head(results, self._kept, self._rows))
        detail = self.query_one("#detail")
        width = (detail.size.width or self.size.width) - 3
        lines = (
            brief(result, self._cure(result), width)
            if result
            else [Line((_NO_MATCH if self._kept.words else _NO_FINDING, Ink.DIM))]
        )
        self.query_one("#story", Words).say(lines)
        detail.scroll_home(animate=False)
        self.refresh_bindings()

    def on_resize(self) -> None:
        self.call_after_refresh(self._tell)

    def on_rows_moved(self) -> None:
        self._tell()

    def narrow(self, words: str) -> None:
        self._kept.words = words
        self._fill()
        self._tell()

    def list_of(self) -> Widget:
        return self._rows

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        result = self._chosen()
        if action == "plan":
            return result is not None and self._fixable(result)
        if action in ("explain", "copy"):
            return result is not None
        if action == "plan_all":
            return any(map(self._fixable, self._seen.look.results if self._seen else ()))
        return True

    def action_by(self, lines: int) -> None:
        self.query_one("#detail").scroll_relative(y=lines, animate=False)

    def action_sort(self) -> None:
        self._kept.sort = _SORTS[(_SORTS.index(self._kept.sort) + 1) % len(_SORTS)]
        self._fill()
        self._tell()

    def action_quiet(self) -> None:
        self._kept.quiet_too = not self._kept.quiet_too
        self._fill()
        self._tell()

    def on_rows_opened(self) -> None:
        if self.check_action("plan", ()):
            self.action_plan()
        else:
            self.action_explain()

    def action_plan(self) -> None:
        if result := self._chosen():
            self.post_message(OpenPlan((result.check.id,)))

    def action_plan_all(self) -> None:
        self.post_message(OpenPlan(()))

    def action_copy(self) -> None:
        if result := self._chosen():
            self.post_message(Copy(as_text(result, self._cure(result))))

    def action_explain(self) -> None:
        if result := self._chosen():
            self.post_message(Explain(result.check.id))


def _head(results: Sequence[Result], kept: FindingsKept, rows: Rows[Result]) -> Line:
    """How many of each there are, in which order, and what is not listed; where the cursor is, if
    the list is longer than its place."""
    failed = sum(r.outcome is Outcome.FAIL for r in results)
    quiet = sum(r.outcome in _QUIET for r in results)
    unknown = len(results) - failed - quiet
    at, number = rows.place
    parts = [(f"{at}/{number}  ", Ink.ACCENT)] if number > rows.size.height else []
    parts.append((many(failed, "finding"), Ink.STRONG))
    if unknown:
        parts.append((f", {unknown} not checked", Ink.ACCENT))
    parts.append((f", by {kept.sort}", Ink.DIM))
    if kept.words:
        parts.append((f"  {number} match", Ink.ACCENT))
    if quiet:
        pass_or_not = f"{quiet} that pass or do not apply"
        parts.append((f"   a: {'hide' if kept.quiet_too else 'show'} {pass_or_not}", Ink.DIM))
    return Line(*parts)


def _searchable_text(result: Result) -> str:
    """What the filter looks in."""
    severity = result.severity.value if result.severity else result.outcome.value
    summaries = (finding.summary for finding in result.findings)
    check = result.check
    return " ".join((severity, check.id, check.subject, check.title, result.reason, *summaries))
