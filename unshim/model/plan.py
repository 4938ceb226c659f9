"""The nouns of curing: fixes, refusals, forecasts, plans. Data only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from unshim.model.checks import Outcome, Severity
from unshim.model.disturbs import Disturbs as Disturbs
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.steps import Step


class Refused(Exception):
    """Raised by a fix that must not be carried out on this node as it is.

    `reason` is one sentence; `by_hand` the exact commands a person would give instead, in order.
    Where something is only missing, `first` are the commands that bring it: after them the fix
    works, and `after` are those that follow it. `waits`: what is missing is expected of the fixes
    that stand before this one in a plan, and has to be seen first.
    """

    def __init__(
        self,
        reason: str,
        by_hand: Iterable[str] = (),
        *,
        first: Iterable[str] = (),
        after: Iterable[str] = (),
        waits: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason, self.waits = reason, waits
        self.by_hand, self.first, self.after = tuple(by_hand), tuple(first), tuple(after)


class Note(NamedTuple):
    """Yielded by a fix among its steps: what a person must know of it before saying yes, and the
    command that goes with it, "" for none."""

    text: str
    command: str = ""


class PodsStay(NamedTuple):
    """Yielded by a fix that may need a drain, where it needs none on this node."""


class Titled(NamedTuple):
    """Yielded by a fix whose title says on this node which side it changes."""

    title: str


Made = Step | Note | PodsStay | Titled
"""What a fix yields."""


def steps_in(made: Iterable[Made]) -> tuple[Step, ...]:
    """What of it is a step."""
    return tuple(one for one in made if not isinstance(one, (Note, PodsStay, Titled)))


FixFunction = Callable[[Node], Iterable[Made]]


class Fix(NamedTuple):
    """A cure for one check. Its id is its function's name; people name it by its check's id."""

    id: str
    check_id: str
    title: str
    explanation: str
    disturbs: Disturbs
    run: FixFunction

    def titled(self, made: Iterable[Made]) -> Fix:
        """The fix under the title that it gives itself on a node."""
        own = [one.title for one in made if isinstance(one, Titled)]
        return self._replace(title=own[-1]) if own else self


class Cure(NamedTuple):
    """The fix of what was found, on this node as it is: what it disturbs here, and how many files
    it changes.

    Where it would be refused now, `refused` says why, `first` are the commands that bring what it
    lacks, and `disturbs` is the most that it may.
    """

    fix: Fix
    disturbs: Disturbs
    files: int
    refused: str = ""
    first: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A fix that will not be carried out on this node, why, and what a person can do by hand.

    Where `then` is not empty, `by_hand` brings what the fix lacks, and `then` are the commands that
    work after it, that of unshim first.
    """

    fix: Fix
    reason: str
    by_hand: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


class Left(NamedTuple):
    """A check that a plan leaves as it is: what it came to, and in words why (the remedy, for one
    that fails and has no fix). `asked` is whether it was named."""

    check_id: str
    outcome: Outcome
    severity: Severity | None
    words: str
    asked: bool


class Forecast(NamedTuple):
    """What one check is expected to come to after the plan.

    `expected` is true where the outcome rests on a modelled restart or copy, to be verified.
    `finding` says what will be wrong, "" where nothing will.
    """

    check_id: str
    before: Outcome
    after: Outcome
    expected: bool = False
    severity_after: Severity | None = None
    severity_before: Severity | None = None
    finding: str = ""


class FileDiff(NamedTuple):
    """One file's change, as unified diff lines with secrets removed; `checks` are the ids of those
    that it cures."""

    path: str
    lines: tuple[str, ...]
    checks: tuple[str, ...] = ()


class Plan(NamedTuple):
    """Fixes rehearsed for one node: steps in order, one diff per file, and the forecast.

    `hashes` holds the sha256 (hex, "" for absent) of each file that is written or that the
    verdict rests on; `facts` the daemon answers it used, as words. Either having changed makes
    the plan stale. `warnings` and `notes` are things to know before typing yes. `left` are the
    checks that were named, could not be evaluated, or fail without a fix, and that the plan does
    not touch. `registered` is the name that the cluster knows the node by.
    """

    node: str
    fixes: tuple[Fix, ...]
    refusals: tuple[Refusal, ...]
    steps: tuple[Step, ...]
    diffs: tuple[FileDiff, ...]
    forecast: tuple[Forecast, ...]
    disturbs: Disturbs
    hashes: Mapping[str, str]
    facts: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    notes: tuple[Note, ...] = ()
    registered: str = ""
