"""What workers and regions tell the app and its screens. Data only."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from unshim.model.live import Sample
from unshim.model.plan import Plan
from unshim.model.session import Applied, Look, Progress, Run, Undoing, Verdict
from unshim.model.values import Missing, StrEnum


class View(StrEnum):
    """The two faces of the live pane."""

    TASKS = "tasks"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the node and what it comes to."""

    look: Look
    verdict: Verdict


@dataclass
class Looked(Message):
    """A look has ended."""

    seen: Seen


@dataclass
class LookFailed(Message):
    """A look could not be carried out; `reason` is one line."""

    reason: str


@dataclass
class LookAgain(Message):
    """A screen asks for a fresh look."""


@dataclass
class Planned(Message):
    """A rehearsal has ended; a reason in words where it could not be made."""

    plan: Plan | str


@dataclass
class Progressed(Message):
    """A step of an apply or undo has begun or ended."""

    progress: Progress


@dataclass
class Finished(Message):
    """An apply or undo has come to its end; a reason in words where it stopped half-way."""

    applied: Applied | str


@dataclass
class Journalled(Message):
    """The journal was read: its runs, or why not in words, and those of them that can be undone."""

    runs: tuple[Run, ...] | str
    standing: tuple[Undoing, ...] = ()


@dataclass
class Sampled(Message):
    """A live reading, or why there is none now. A newer one replaces one not yet seen."""

    sample: Sample | Missing

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Sampled)


@dataclass
class OpenPlan(Message):
    """A screen asks to see the plan of these checks' fixes; of every fix, where empty."""

    check_ids: tuple[str, ...]


@dataclass
class Notice(Message):
    """One line to show for a moment."""

    text: str
    bad: bool = False


@dataclass
class Copy(Message):
    """Text for the terminal's clipboard."""

    text: str


@dataclass
class CopyEnded(Message):
    """A copy was made, or not: what is still to be written to the terminal, and what to say."""

    sequences: tuple[str, ...]
    said: str
    bad: bool


@dataclass
class OpenFinding(Message):
    """A screen asks to see what one check found."""

    check_id: str


@dataclass
class Explain(Message):
    """A screen asks to see everything that is known of a check and what it came to."""

    check_id: str
