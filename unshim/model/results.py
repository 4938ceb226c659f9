"""The nouns of judging and curing: checks, findings, results, fixes, steps, plans. Data only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

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


class Phase(StrEnum):
    """The moments of a node's life in which a check has a meaning."""

    BEFORE_MIGRATION = "before-migration"
    ON_CONTAINERD = "on-containerd"


class Disturbs(StrEnum):
    """The most that carrying out a fix disturbs, from nothing to a reboot."""

    NOTHING = "nothing"
    KUBELET = "kubelet-restart"
    CONTAINERD = "containerd-restart"
    DOCKER = "docker-restart"
    DRAIN = "drain"
    REBOOT = "reboot"

    @property
    def rank(self) -> int:
        return list(Disturbs).index(self)


class Evidence(NamedTuple):
    """One thing that was read: what it is, its value, where, and what was expected instead."""

    what: str
    value: str
    expected: str = ""
    source: Source | None = None


class Finding(NamedTuple):
    """One thing wrong on this node. `hurts` says what happens if it is left.

    `severity` lowers the check's own where this case hurts less; `caused_by` names the check
    whose finding is the root of this one.
    """

    summary: str
    evidence: tuple[Evidence, ...]
    hurts: str = ""
    severity: Severity | None = None
    caused_by: str = ""


CheckFunction = Callable[[Node], Iterable[Finding]]


class Scope(NamedTuple):
    """Where a check has a meaning. None means everywhere.

    `kubelet`: only on a node with a kubelet. `phases`: only in these. `containerd`: release lines
    (first, last), both inclusive, either None for open.
    """

    kubelet: bool = False
    phases: tuple[Phase, ...] = ()
    containerd: tuple[tuple[int, int] | None, tuple[int, int] | None] | None = None
    needs_containerd: bool = False


class Check(NamedTuple):
    """A question asked of a node. `subject` is the module it stands in: kubelet, cgroup …"""

    id: str
    subject: str
    title: str
    explanation: str
    severity: Severity
    remedy: str
    scope: Scope
    run: CheckFunction


class Result(NamedTuple):
    """What one check came to on one node. `reason` is for unknown, not-applicable and error."""

    check: Check
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def severity(self) -> Severity | None:
        """The highest severity among the findings; None where nothing failed."""
        ranks = [f.severity or self.check.severity for f in self.findings]
        return max(ranks, key=lambda s: s.rank) if ranks else None


# Steps: a closed union, each handled in one place (plan.py rehearses, apply/ carries out).


class WriteFile(NamedTuple):
    """Make `path` hold `after`. `before` is what it must hold now, None: it must not exist.

    `after` None removes the file. `mode` holds for a new file only; an existing one keeps its own.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


class ReloadSystemd(NamedTuple):
    """Have systemd read its unit files again. Restarts nothing."""


class RestartUnit(NamedTuple):
    unit: str


class ShareImage(NamedTuple):
    """Give `name` in namespace `source` to namespace `target` too; no bytes are copied.

    `blobs` are the digests the image needs, children before parents.
    """

    socket: str
    source: str
    target: str
    name: str
    digest: str
    blobs: tuple[str, ...] = ()


Step = WriteFile | ReloadSystemd | RestartUnit | ShareImage


class Refused(Exception):
    """Raised by a fix that must not be carried out on this node as it is.

    `reason` is one sentence; `by_hand` the exact commands a person would give instead, in order.
    """

    def __init__(self, reason: str, by_hand: Iterable[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.by_hand = tuple(by_hand)


FixFunction = Callable[[Node], Iterable[Step]]


class Fix(NamedTuple):
    """A cure for one check. Its id is its function's name; people name it by its check's id."""

    id: str
    check_id: str
    title: str
    explanation: str
    disturbs: Disturbs
    run: FixFunction


class Refusal(NamedTuple):
    """A fix that will not be carried out on this node, why, and what a person can do by hand."""

    fix: Fix
    reason: str
    by_hand: tuple[str, ...] = ()


class Forecast(NamedTuple):
    """What one check is expected to come to after the plan.

    `expected` is true where the outcome rests on a modelled restart or copy, to be verified.
    """

    check_id: str
    before: Outcome
    after: Outcome
    expected: bool = False
    severity_after: Severity | None = None


class FileDiff(NamedTuple):
    """One file's change, as unified diff lines with secrets removed."""

    path: str
    lines: tuple[str, ...]


class Plan(NamedTuple):
    """Fixes rehearsed for one node: steps in order, one diff per file, and the forecast.

    `hashes` holds the sha256 (hex, "" for absent) of each file that is written or that the
    verdict rests on; `facts` the daemon answers it used, as words. Either having changed makes
    the plan stale. `warnings` are things to know before typing yes.
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
