"""The opening screen: a sentence, the call chain, what to do next at what cost, the subjects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui.lines.text import Line, fit, painted, wrapped
from tui.messages import Explain, OpenPlan, Seen
from tui.screens.page import Page
from tui.widgets.chain import Chain
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.judge.diagnose import weight
from unshim.model.checks import Result, Severity
from unshim.model.session import SubjectCount, Suggestion, Verdict
from unshim.tell import signs
from unshim.tell.disturbs import INKS
from unshim.tell.lines import BLANK, Ink, Part
from unshim.tell.runs import not_at_its_end
from unshim.tell.units import took
from unshim.tell.verdict import blind, broke, counts, nothing_next, suggestion

_HEADINGS = ("error", "warn", "note", "pass", "?", "n/a")


class Overview(Page):
    """What is wrong, in a sentence; where in the chain; what to do about it."""

    place = "overview"
    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (60, "-narrow"), (130, "-wide")]
    BINDINGS = [
        Binding("enter", "plan", "Plan", tooltip="See what its fix would change."),
        Binding("e", "explain", "Explain", tooltip="Read all that is known of it."),
        *(
            Binding(str(n), f"open({n})", "Open", show=False, tooltip=f"Open what is next as {n}.")
            for n in (1, 2, 3)
        ),
        Binding("pagedown", "by(8)", "Page down", show=False, priority=True),
        Binding("pageup", "by(-8)", "Page up", show=False, priority=True),
    ]

    def body(self) -> Iterable[Widget]:
        yield Words(Line(("Looking at this node …", Ink.STRONG)), name="sentence")
        yield Words(Line(""), name="counts")
        yield Chain()
        with Horizontal(id="below"):
            with Vertical(id="next"):
                yield Words(Line(("Next", Ink.STRONG)), name="next-title")
                yield Rows(self._row, name="suggestions")
                yield Words(name="found")
            yield Words(Line(""), name="subjects")

    def show(self, seen: Seen) -> None:
        super().show(seen)
        verdict = seen.verdict
        self.query_one(Chain).show(verdict.chain)
        suggestions = [Row(one.check_id, one) for one in verdict.suggestions]
        rows: Rows[Suggestion] = self.query_one("#suggestions", Rows)
        rows.styles.height = max(1, len(suggestions))
        rows.display = bool(suggestions)
        rows.show(suggestions)
        self.query_one("#next-title", Words).say(_next_title(seen))
        self._draw()
        self.refresh_bindings()

    def look_failed(self, reason: str) -> None:
        self.query_one("#sentence", Words).say(
            [Line(("This node could not be looked at.", Ink.ERROR)), Line(f"{reason}  r: again")]
        )

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self._seen is None:
            return
        verdict, width = self._seen.verdict, self.size.width - 2
        ink = signs.of_severity(verdict.worst)[1]
        first = verdict.open_run and painted([not_at_its_end(verdict.open_run), BLANK], width)
        said = wrapped(verdict.sentence, width, Ink.STRONG if ink is Ink.PASS else ink)
        self.query_one("#sentence", Words).say([*(first or ()), *said])
        self.query_one("#counts", Words).say(_counts(verdict, self._seen.look.seconds, width))
        self.query_one("#subjects", Words).say(_subjects(verdict.subjects))
        findings = self.query_one("#found", Words)
        findings.say(_finding_lines(self._seen.look.results, findings.size.width or width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "plan":
            chosen = self._chosen()
            return chosen is not None and _has_plan(chosen)
        if action == "explain":
            return self._chosen() is not None
        return True

    def _row(self, one: Suggestion, width: int) -> Line:
        """What to do, and to the right what that disturbs."""
        title, disturbs = suggestion(self._seen.verdict, one) if self._seen else (one.title, "")
        fix = self._seen.verdict.cures.get(one.check_id) if self._seen else None
        ink = INKS[fix.disturbs] if fix and one.fixable else Ink.DIM
        if not one.fixable:
            disturbs = "first, Enter shows why" if one.first else "by hand, e explains"
        place = Line((disturbs, ink))
        if Line(title).width + place.width + 1 > width:
            place = Line((disturbs.partition(", ")[0], ink)).cut(width // 2)
        return Line(title).fit(max(8, width - place.width - 1)) + Line(" ") + place

    def _chosen(self) -> Suggestion | None:
        """The suggestion under the cursor."""
        if not self.is_mounted:
            return None
        rows: Rows[Suggestion] = self.query_one("#suggestions", Rows)
        row = rows.chosen
        return row.value if row else None

    def on_rows_moved(self) -> None:
        self.refresh_bindings()

    def on_rows_opened(self) -> None:
        self.action_plan()

    def action_plan(self) -> None:
        if chosen := self._chosen():
            self._open(chosen)

    def _open(self, one: Suggestion) -> None:
        """Its plan, which says what it needs first; what explains it where it has none."""
        self.post_message(OpenPlan((one.check_id,)) if _has_plan(one) else Explain(one.check_id))

    def action_by(self, lines: int) -> None:
        self.query_one("#below").scroll_relative(y=lines, animate=False)

    def action_explain(self) -> None:
        if chosen := self._chosen():
            self.post_message(Explain(chosen.check_id))

    def action_open(self, number: int) -> None:
        """Open what is next by its number."""
        suggestions = self._seen.verdict.suggestions if self._seen else ()
        if number > len(suggestions):
            return
        one = suggestions[number - 1]
        rows: Rows[Suggestion] = self.query_one("#suggestions", Rows)
        rows.go(one.check_id)
        self._open(one)


def _has_plan(one: Suggestion) -> bool:
    return one.fixable or one.first


def _counts(verdict: Verdict, seconds: float, width: int) -> list[Line]:
    """How many of each; why some could not be checked stands below where it has no room beside."""
    parts: list[str | Part] = [part for one in counts(verdict) for part in (one, "  ")]
    parts[-1] = f", in {took(seconds)}"
    lines = [Line(*parts)]
    more = "" if verdict.could_not_look else " (f shows them)"
    broken, unseen = broke(verdict), blind(verdict)
    for words, ink in filter(None, (broken, (unseen[0] + more, unseen[1]) if unseen else None)):
        could_not = Line(signs.UNKNOWN, (f" {words}", ink))
        line = lines[-1] + Line("  ") + could_not
        lines[-1:] = [line] if line.width <= width else [lines[-1], could_not.cut(width)]
    return lines


def _next_title(seen: Seen) -> Line:
    """`Next`, and how many more errors and warnings are no consequence of something else."""
    named = {one.check_id for one in seen.verdict.suggestions}
    if not named:
        return Line((nothing_next(seen.verdict), Ink.STRONG))
    more = [r for r in seen.look.results if _hurts(r) and r.check.id not in named]
    shown = f"   {len(more)} more: f" if more else ""
    return Line(("Next", Ink.STRONG), (shown, Ink.DIM))


def _hurts(result: Result) -> bool:
    roots = any(not finding.caused_by for finding in result.findings)
    return roots and result.severity in (Severity.ERROR, Severity.WARNING)


def _finding_lines(results: Sequence[Result], width: int) -> list[Line]:
    """Each finding in a line, the worst first."""
    failed = [r for r in results if r.findings and r.severity is not None]
    failed.sort(key=weight)
    column = max([len(r.check.id) for r in failed] + [0])
    lines = [Line(("Found", Ink.STRONG))] if failed else []
    for result in failed:
        for finding in result.findings:
            line = Line(signs.of_result(result), " ", fit(result.check.id, column), "  ")
            lines.append((line + Line((finding.summary, Ink.DIM))).cut(width))
    return lines


def _subjects(subjects: Iterable[SubjectCount]) -> list[Line]:
    """The table by subject. A nought is a dot, so that what is not nought stands out."""
    table = list(subjects)
    wide = max([len(s.subject) for s in table] + [10])
    head = fit("By subject", wide) + "".join(f"{word:>6}" for word in _HEADINGS)
    lines = [Line((head, Ink.STRONG))]
    inks = (Ink.ERROR, Ink.WARNING, Ink.NOTE, Ink.PASS, Ink.ACCENT, Ink.DIM)
    for row in table:
        numbers = (row.errors, row.warnings, row.notes, row.passed, row.unknown, row.not_applicable)
        cells: list[Part] = [
            (f"{n:>6}", ink) if n else (f"{'·':>6}", Ink.DIM)
            for n, ink in zip(numbers, inks, strict=True)
        ]
        lines.append(Line(fit(row.subject, wide), *cells))
    return lines
