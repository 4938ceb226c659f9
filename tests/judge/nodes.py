"""Recorded nodes in which one fact is another, and results as a check would make them."""

from __future__ import annotations

from tests.laws.nodes import node
from unshim.model.checks import (
    At,
    Check,
    Evidence,
    Finding,
    Outcome,
    Rank,
    Result,
    Scope,
    Severity,
)
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

HEALTHY = "containerd-healthy"
UNSEEN = Missing("not root")
_PLACE = Source(Origin.COMMAND, "a test")


def runs_on(runtime: Runtime, name: str = HEALTHY) -> Node:
    """A recorded node whose kubelet uses this runtime."""
    return node(name)._replace(runtime=Setting(runtime, _PLACE))


def kubelet_stopped(seen: Node) -> Node:
    """The same node with its kubelet stopped."""
    return seen._replace(kubelet=known(seen.kubelet)._replace(process=None))


def check(
    name: str = "a-check",
    severity: Severity = Severity.ERROR,
    *,
    subject: str = "kubelet",
    rank: Rank = Rank.REST,
    hop: At | None = None,
) -> Check:
    """A check that finds nothing."""
    return Check(
        name,
        subject,
        f"Title of {name}",
        f"The {name} is well",
        "Why.",
        severity,
        "Do it.",
        Scope(),
        lambda _: (),
        rank=rank,
        hop=hop,
    )


def failed(of: Check, summary: str = "it is wrong", severity: Severity | None = None) -> Result:
    """The result of a check that found one thing."""
    finding = Finding(summary, (Evidence("it", "wrong"),), severity=severity)
    return Result(of, Outcome.FAIL, (finding,))


def came_to(outcome: Outcome, reason: str = "", name: str = "another") -> Result:
    """The result of a check that found nothing."""
    return Result(check(name), outcome, (), reason)
