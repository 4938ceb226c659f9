"""The nouns of judging: checks, findings, results. Data only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    """A question asked of a node. `subject` is the folder it stands in: kubelet, cgroup …"""

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
