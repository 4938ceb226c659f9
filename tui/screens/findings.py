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
from tui.screens.page import Page
from tui.widgets.filter import Filter
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.judge.diagnose import weight
from unshim.judge.disturbs import describe_cure_of
from unshim.model.checks import Outcome, Result
from unshim.tell import signs
from unshim.tell.lines import Ink
from unshim.tell.units import many

_QUIET = (Outcome.PASS, Outcome.NOT_APPLICABLE)
_UNKNOWN = (Outcome.UNKNOWN, Outcome.ERROR)
_ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)
_SORTS = ("severity", "subject", "name")
_NO_FINDING = "No findings. a shows the checks that pass."
_NO_MATCH = "Nothing listed matches these words."


class Findings(Page):
    """Every check that has something to say; the quiet ones behind a key."""

    place = "findings"
    CSS_PATH = "findings.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (60, "-narrow"), (100, "-wide")]
    BINDINGS = [
        Binding("escape", "app.overview", "Back", show=False),
        Binding("enter", "plan", "Preview fix"),
        Binding("e", "explain", "Explain"),
        Binding("slash", "filter", "Filter"),
        Binding("s", "sort", "Sort"),
        Binding("a", "quiet", "Show passing"),
        Binding("y", "copy", "Copy"),
        Binding("space", "by(8)", "More", show=False),
        Binding("b", "by(-8)", "Back up", show=False),
        Binding("J", "by(1)", "More by a line", show=False),
        Binding("K", "by(-1)", "Back by a line", show=False),
        Binding("P", "plan_all", "Preview all fixes", show=False),
    ]

    def __init__(self, banner: str, engine: Engine, seen: Seen, check_id: str = "") -> None:
        super().__init__(banner, engine.only_reads, seen)
        self._fixes = {fix.check_id: fix for fix in engine.fixes}
        self._first = check_id
        self._words = ""
        self._sort = _SORTS[0]
        self._quiet_too = False

    def body(self) -> Iterable[Widget]:
        with Container(id="both"):
            with Vertical(id="left"):
                yield Words(Line(""), name="count")
                yield Rows(self._row, name="list")
                yield Filter()
            with VerticalScroll(id="detail", can_focus=False):
                yield Words(Line(""), name="story")

    def on_mount(self) -> None:
        super().on_mount()
        self._rows.focus()

    def show(self, seen: Seen) -> None:
        super().show(seen)
        self._fill()
        if self._first:
            self._rows.go(self._first)
            self._first = ""
        self._tell()

    @property
    def _rows(self) -> Rows[Result]:
        return self.query_one("#list", Rows)

    def _fill(self) -> None:
        """Put into the list what is to be shown, in its order, and say what is not."""
        results = self._seen.look.results if self._seen else ()
        loud = [r for r in results if self._quiet_too or r.outcome not in _QUIET]
        matching = [r for r in loud if not self._words or matches(self._words, _searchable_text(r))]
        matching.sort(key=self._key)
        self._rows.show([Row(r.check.id, r) for r in matching])
        match = len(matching) if self._words else None
        self.query_one("#count", Words).say(_head(results, self._sort, match, self._quiet_too))

    def _key(self, result: Result) -> tuple[object, ...]:
        place = (_ORDER.index(result.outcome), *weight(result))
        if self._sort == "subject":
            return (result.check.subject, *place)
        return (result.check.id,) if self._sort == "name" else place

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

    def _disturbs(self, result: Result) -> str:
        """What the fix of a result disturbs on this node, "" where there is none."""
        return describe_cure_of(self._seen.verdict.cures, result.check.id) if self._seen else ""

    def _chosen(self) -> Result | None:
        row = self._rows.chosen if self.is_mounted else None
        return row.value if row else None

    def _tell(self) -> None:
        """Draw the chosen result beside or below the list."""
        result = self._chosen()
        detail = self.query_one("#detail")
        width = (detail.size.width or self.size.width) - 3
        lines = (
            brief(result, self._disturbs(result), width)
            if result
            else [Line((_NO_MATCH if self._words else _NO_FINDING, Ink.DIM))]
        )
        self.query_one("#story", Words).say(lines)
        detail.scroll_home(animate=False)
        self.refresh_bindings()

    def on_resize(self) -> None:
        self.call_after_refresh(self._tell)

    def on_rows_moved(self) -> None:
        self._tell()

    def on_filter_typed(self, message: Filter.Typed) -> None:
        self._words = message.words
        self._fill()
        self._tell()

    def on_filter_closed(self) -> None:
        self._rows.focus()

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

    def action_filter(self) -> None:
        self.query_one(Filter).open()

    def action_sort(self) -> None:
        self._sort = _SORTS[(_SORTS.index(self._sort) + 1) % len(_SORTS)]
        self._fill()

    def action_quiet(self) -> None:
        self._quiet_too = not self._quiet_too
        self._fill()
        self._tell()

    def action_plan(self) -> None:
        if result := self._chosen():
            self.post_message(OpenPlan((result.check.id,)))

    def action_plan_all(self) -> None:
        self.post_message(OpenPlan(()))

    def action_copy(self) -> None:
        if result := self._chosen():
            self.post_message(Copy(as_text(result, self._disturbs(result))))

    def action_explain(self) -> None:
        if result := self._chosen():
            self.post_message(Explain(result.check.id))


def _head(results: Sequence[Result], sort: str, matching: int | None, all_shown: bool) -> Line:
    """How many of each are listed, in which order, and what is not listed."""
    failed = sum(r.outcome is Outcome.FAIL for r in results)
    quiet = sum(r.outcome in _QUIET for r in results)
    unknown = len(results) - failed - quiet
    parts = [(many(failed, "finding"), Ink.STRONG)]
    if unknown:
        parts.append((f", {unknown} not checked", Ink.ACCENT))
    parts.append((f", by {sort}", Ink.DIM))
    if matching is not None:
        parts.append((f"  {matching} match", Ink.ACCENT))
    if quiet:
        pass_or_not = f"{quiet} that pass or do not apply"
        parts.append((f"   a: {'hide' if all_shown else 'show'} {pass_or_not}", Ink.DIM))
    return Line(*parts)


def _searchable_text(result: Result) -> str:
    """What the filter looks in."""
    severity = result.severity.value if result.severity else result.outcome.value
    summaries = (finding.summary for finding in result.findings)
    check = result.check
    return " ".join((severity, check.id, check.subject, check.title, result.reason, *summaries))
