"""The nouns of one sitting: a look, a verdict, an apply and its end, a run in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.model.checks import Result, Severity
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Cure, FileDiff
from unshim.model.runs import NO_CHOICE as NO_CHOICE
from unshim.model.runs import Choice as Choice
from unshim.model.runs import Run as Run
from unshim.model.values import StrEnum


class Look(NamedTuple):
    """One look at a node: what is known, what the checks came to, and the seconds it took.

    `left_out` is how many checks there are that were not run: somebody asked for fewer. `open_run`
    is the newest run on this machine that is not at its end: the node may be half-way, or go back.
    """

    node: Node
    results: tuple[Result, ...]
    seconds: float
    left_out: int = 0
    open_run: Run | None = None


class Standing(StrEnum):
    """The best that may be said of a node after a look, from the worst to the best.

    Only of the last may anything say that all is well: every check was run and could be evaluated,
    and none found more than information.
    """

    BROKEN = "broken"
    """An error was found."""
    FAULT = "fault"
    """unshim itself failed in a check, or in what one rests on."""
    UNSETTLED = "unsettled"
    """A change that unshim made is not at its end: half-way, not verified, or not confirmed."""
    NOT_ALL_SEEN = "not-all-seen"
    """A check could not be evaluated."""
    WARNED = "warned"
    """A warning was found."""
    NOT_ALL_RUN = "not-all-run"
    """Checks were left out."""
    WELL = "well"


class HopState(StrEnum):
    FINE = "fine"
    BROKEN = "broken"
    WARNED = "warned"
    IDLE = "idle"
    UNKNOWN = "unknown"


class Hop(NamedTuple):
    """One link of the call chain, kubelet to runc. `detail` is its version or place, `note` what
    is wrong with it (a few words, "" where nothing is)."""

    name: str
    detail: str
    state: HopState
    note: str = ""


class Suggestion(NamedTuple):
    """A thing to do next. What it disturbs is said by the cure of its check, where there is one;
    `first`: it is a command that must come before that."""

    title: str
    check_id: str
    fixable: bool
    first: bool = False


class SubjectCount(NamedTuple):
    """How the checks of one subject came out. `unknown` holds those that broke too, which `broken`
    counts alone."""

    subject: str
    errors: int
    warnings: int
    notes: int
    passed: int
    unknown: int
    not_applicable: int
    broken: int = 0


class Verdict(NamedTuple):
    """The opening screen and the head of the text report, as values.

    `standing` is what the sentence ends on. `counts` sums `subjects` (its subject is ""), without
    the checks that were `left_out`. `open_run` is the look's. `could_not_look` says why checks are
    unknown, in a few words, such as `not root`; "" where for different reasons. `cures` holds, by
    check id, the fix of each check that failed and has one, judged when it is asked for.
    """

    sentence: str
    standing: Standing
    versions: tuple[str, ...]
    chain: tuple[Hop, ...]
    suggestions: Sequence[Suggestion]
    counts: SubjectCount
    subjects: tuple[SubjectCount, ...]
    could_not_look: str
    worst: Severity | None
    cures: Mapping[str, Cure]
    left_out: int = 0
    open_run: Run | None = None


class Ended(StrEnum):
    """How an apply or an undo ended."""

    DONE = "done"
    NOTHING = "nothing-to-do"
    UNDONE = "failed-and-undone"
    INCOMPLETE = "failed-and-not-fully-undone"
    REFUSED = "refused"


class Progress(NamedTuple):
    """One step begun or ended. `step` counts from 1; `of` is how many there are."""

    step: int
    of: int
    command: str
    done: bool


class Applied(NamedTuple):
    """The end of an apply or an undo. `details` are lines a person reads; `run` its journal id."""

    ended: Ended
    run: str
    details: tuple[str, ...]


class Moment(NamedTuple):
    """One moment of a run: `state` is what its journal calls it, `step` the step that it is of
    (from 1; 0: the whole run), and `seconds` how long that took, None where it did not end."""

    at: float
    state: str
    words: str
    step: int = 0
    seconds: float | None = None


class Story(NamedTuple):
    """A run told whole: what became of it, each moment in order, the diff of each file, and what
    can be done of it now. `trouble` is why its journal cannot be read to the end, "" where it
    can."""

    run: Run
    means: str
    moments: tuple[Moment, ...]
    diffs: tuple[FileDiff, ...]
    ways: tuple[str, ...]
    trouble: str = ""


class Changed(NamedTuple):
    """A file that somebody changed since a run, which its undo leaves as it is: `why`, the diff of
    what they changed, and of what `undo --force` would."""

    path: str
    why: str
    theirs: FileDiff
    back: FileDiff


class Undoing(NamedTuple):
    """What undoing a run does, in order: its commands, and the diff of each file, from what stands
    there to what was before; `changed` are the files that it leaves. `refused` is why it may not be
    undone now, "" where it may."""

    run: Run
    commands: tuple[str, ...]
    diffs: tuple[FileDiff, ...]
    refused: str = ""
    changed: tuple[Changed, ...] = ()
