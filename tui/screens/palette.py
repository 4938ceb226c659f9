"""The palette: acts, checks, pods and files by name, found by a few of their letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from tui.lines.filtering import nearness
from tui.lines.text import Line
from tui.screens.help import commands
from tui.widgets.filter import Prompt
from tui.widgets.keys import KeyLine
from tui.widgets.rows import Row, Rows
from tui.widgets.words import Words
from unshim.model.checks import Outcome, Result
from unshim.model.node import Node
from unshim.model.values import Missing, Origin
from unshim.tell.lines import Ink

_HAVE_FILES = (Origin.FILE, Origin.FLAG, Origin.UNIT)


@dataclass(frozen=True)
class Entry:
    """One thing to go to or do: its words, a few more beside them, and what Enter does."""

    words: str
    more: str
    act: Callable[[], None]


class Palette(ModalScreen[Entry | None]):
    """Type some letters, Enter takes the entry under the cursor, Esc none."""

    BINDINGS = [
        Binding("enter", "take", "Go", priority=True, tooltip="Do what the line says."),
        Binding("escape,ctrl+p", "dismiss(None)", "Back", priority=True, tooltip="Do nothing."),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = entries

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Prompt(": ", "what to do, or a check, a pod, a file", name="wanted")
            yield Rows(_drawn, name="entries")
            yield Words(name="none")
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(Rows).can_focus = False
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    def _fill(self, words: str) -> None:
        matching = found(self._entries, words)
        self._rows.show([Row(str(at), entry) for at, entry in enumerate(matching)])
        self._rows.action_jump(False)
        none = "" if matching else "No act, check, pod or file has a name like this."
        self.query_one("#none", Words).say(Line((none, Ink.DIM)))

    @property
    def _rows(self) -> Rows[Entry]:
        return self.query_one(Rows)

    def action_move(self, by: int) -> None:
        self._rows.action_move(by)

    def action_page(self, by: int) -> None:
        self._rows.action_page(by)

    def action_take(self) -> None:
        row = self._rows.chosen
        if row is not None:
            self.dismiss(row.value)

    def on_rows_opened(self) -> None:
        self.action_take()


def _drawn(entry: Entry, width: int) -> Line:
    more = Line((entry.more, Ink.DIM)).cut(max(0, width // 2))
    words = Line(f" {entry.words}").fit(max(8, width - more.width - 1))
    return words + more + Line(" ")


def found(entries: Iterable[Entry], words: str) -> list[Entry]:
    """The entries that have all these words, the nearest first."""
    near = [
        (nearness(words, entry.words, entry.more), at, entry) for at, entry in enumerate(entries)
    ]
    kept = [(how, at, entry) for how, at, entry in near if how is not None]
    return [entry for _, _, entry in sorted(kept, key=lambda one: one[:2])]


def acts(
    screen: Screen[object], acting: Callable[[Screen[object], str], Callable[[], None]]
) -> list[Entry]:
    """Everything that can be done on this screen now."""
    return [
        Entry(one.sentence, f"{one.words}  {one.keys}", acting(screen, one.action))
        for one in commands(screen)
    ]


def checks(results: Iterable[Result], go: Callable[[str], None]) -> list[Entry]:
    """Every check that was run, and every file that a finding rests on."""
    entries = []
    for result in results:
        outcome = result.severity.value if result.severity else result.outcome.value
        more = f"{outcome} · {result.check.title}"
        entries.append(Entry(result.check.id, more, _going(go, result.check.id)))
    files = {
        (str(evidence.source), result.check.id)
        for result in results
        if result.outcome is Outcome.FAIL
        for finding in result.findings
        for evidence in finding.evidence
        if evidence.source is not None and evidence.source.origin in _HAVE_FILES
    }
    return entries + [Entry(path, f"in {name}", _going(go, name)) for path, name in sorted(files)]


def pods(node: Node, go: Callable[[str], None]) -> list[Entry]:
    """Every pod that the node is known to have."""
    if isinstance(node.pods, Missing):
        return []
    names = sorted(f"{pod.namespace}/{pod.name}" for pod in node.pods.pods)
    return [Entry(name, "pod · its tasks", _going(go, name)) for name in dict.fromkeys(names)]


def _going(go: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: go(name)
