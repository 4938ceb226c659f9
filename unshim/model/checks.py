"""The nouns of judging: checks, findings, results. Data only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.values import Source, StrEnum


class Severity(StrEnum):
    """How much a finding hurts. Never whether it blocks something."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """3 for error, 2 for warning, 1 for info: higher hurts more."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Rank(Enum):
    """What must be right before the rest means anything: each stands on those before it."""

    PROGRAM = -1  # the programs of its units are there
    CONFIGURATION = 0  # containerd can read its configuration
    DAEMON = 1  # containerd runs
    PLUGIN_KEYS = 2  # nothing in its configuration keeps the CRI plugin from loading
    PLUGIN_LOADED = 3  # the plugin did load
    PLUGIN_ENABLED = 4  # and will at its next start
    API_SHARED = 5  # the kubelet and it speak one version of CRI
    FLAGS_KNOWN = 6  # the kubelet knows its flags
    FLAGS_FIT = 7  # and takes their values
    SETTINGS_FIT = 8  # and those of its configuration
    RELEASE_FITS = 9  # its release can use the runtime that it is set to use
    ENDPOINT = 10  # it is given an endpoint, and something is there
    PODS_MADE = 11  # containerd can make a pod with its default handler
    RUNTIME_STAYS = 12  # the next release of the kubelet can use its runtime too
    REST = 13
    SYMPTOM = 14  # what is to run runs: mostly a consequence of what stands above


HOPS = ("kubelet", "dockershim", "CRI", "containerd", "shim", "runc")
"""The hops of the call chain that a check may concern."""


class At(NamedTuple):
    """The hop of the call chain at which an error or a warning of a check is shown, and the few
    words of it.

    `explains`: it says why the hop is down where it is seen to be, but does not itself break it.
    """

    hop: str
    note: str
    explains: bool = False


class Seen(NamedTuple):
    """Proof of a rule: it was seen to hold with these programs, such as `containerd 1.6`."""

    on: str


class FromSource(NamedTuple):
    """A rule that was read in a program's source (or its documentation), and not seen on a node."""

    of: str


class Phase(StrEnum):
    """Where in the migration a node stands: when a check applies."""

    BEFORE_MIGRATION = "before-migration"
    ON_CONTAINERD = "on-containerd"


class Evidence(NamedTuple):
    """One thing that was read: what it is, its value, where, and what was expected instead."""

    what: str
    value: str
    expected: str = ""
    source: Source | None = None


class Finding(NamedTuple):
    """One thing wrong on this node. `hurts` says what happens if it is left.

    `severity` lowers the check's own where this case hurts less; `follows` is the check whose
    finding is the root of this one, among those that its own check declares to follow.
    """

    summary: str
    evidence: tuple[Evidence, ...]
    hurts: str = ""
    severity: Severity | None = None
    follows: CheckFunction | None = None

    @property
    def caused_by(self) -> str:
        """The id of the check that this follows, "" where it is a root itself."""
        return "" if self.follows is None else id_of(self.follows)


CheckFunction = Callable[[Node], Iterable[Finding]]


def id_of(function: Callable[..., object]) -> str:
    """The id of a check or fix: its function's name with hyphens."""
    return function.__name__.replace("_", "-")


class Scope(NamedTuple):
    """Where a check applies. None means everywhere.

    `kubelet`: only on a node with a kubelet. `phases`: only in these. `containerd`: release lines
    (first, last), both inclusive, either None for open.
    """

    kubelet: bool = False
    phases: tuple[Phase, ...] = ()
    containerd: tuple[tuple[int, int] | None, tuple[int, int] | None] | None = None
    needs_containerd: bool = False


class Check(NamedTuple):
    """A question asked of a node. `subject` is the folder it stands in: kubelet, cgroup …

    `title` says what is wrong where it fails, `well` what is true where it passes.
    `explanation` ends in what `proof` says; `follows` are the checks whose findings may be the root
    of one of its own.
    """

    id: str
    subject: str
    title: str
    well: str
    explanation: str
    severity: Severity
    remedy: str
    scope: Scope
    run: CheckFunction
    proof: tuple[Seen | FromSource, ...] = ()
    rank: Rank = Rank.REST
    hop: At | None = None
    follows: tuple[CheckFunction, ...] = ()


class Result(NamedTuple):
    """What one check came to on one node. `reason` is for unknown, not-applicable and error; an
    error is a fault of unshim's own, in the check or in what it rests on."""

    check: Check
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def severity(self) -> Severity | None:
        """The highest severity among the findings; None where nothing failed."""
        ranks = [f.severity or self.check.severity for f in self.findings]
        return max(ranks, key=lambda s: s.rank) if ranks else None
