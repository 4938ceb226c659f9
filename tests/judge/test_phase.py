"""Where in the migration a node stands, and what that makes of a check."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.judge.nodes import HEALTHY, UNSEEN, check, runs_on
from tests.laws.nodes import node
from unshim.judge.diagnose import diagnose_one, out_of_scope
from unshim.judge.phase import before_migration, phase_of, running_driver, without_kubelet
from unshim.model.checks import Evidence, Finding, Outcome, Phase, Scope
from unshim.model.machine import CgroupDriver, Runtime
from unshim.model.node import Node
from unshim.model.values import Missing, Setting, Unknown, cannot_tell, known


@pytest.mark.parametrize(
    ("runtime", "phase"),
    [
        (Runtime.DOCKERSHIM, Phase.BEFORE_MIGRATION),
        (Runtime.CRI_DOCKERD, Phase.BEFORE_MIGRATION),
        (Runtime.CONTAINERD, Phase.ON_CONTAINERD),
        (Runtime.OTHER, None),
        (Runtime.NONE, None),
    ],
)
def test_the_runtime_says_where_a_node_stands(runtime: Runtime, phase: Phase | None) -> None:
    seen = runs_on(runtime)
    assert phase_of(seen) is phase
    assert before_migration(seen) is (phase is Phase.BEFORE_MIGRATION)
    assert without_kubelet(seen) is (runtime is Runtime.NONE)


def test_an_unknown_runtime_is_unknown_everywhere() -> None:
    seen = node(HEALTHY)._replace(runtime=UNSEEN)
    assert phase_of(seen) == UNSEEN
    for ask in (before_migration, without_kubelet):
        with pytest.raises(Unknown, match="not root"):
            ask(seen)


def _containerd(**changes: object) -> Node:
    containerd = known(node(HEALTHY).containerd)
    return node(HEALTHY)._replace(containerd=containerd._replace(**changes))  # type: ignore[arg-type]


def test_the_driver_that_runs_is_told_by_the_daemon_alone() -> None:
    driver = running_driver(node(HEALTHY))
    assert driver is not None and driver.value is CgroupDriver.CGROUPFS
    assert running_driver(_containerd(running=UNSEEN)) is None
    assert running_driver(node(HEALTHY)._replace(containerd=UNSEEN)) is None


NO_CONTAINERD = _containerd(binary=None, process=None, program=None)


@pytest.mark.parametrize(
    ("scope", "seen", "reason"),
    [
        (Scope(), node(HEALTHY), ""),
        (Scope(kubelet=True), node(HEALTHY), ""),
        (Scope(kubelet=True), runs_on(Runtime.NONE), "this node has no kubelet"),
        (Scope(phases=(Phase.ON_CONTAINERD,)), node(HEALTHY), ""),
        (
            Scope(phases=(Phase.BEFORE_MIGRATION,)),
            node(HEALTHY),
            "has a meaning only before the migration, while pods run through Docker",
        ),
        (Scope(needs_containerd=True), node(HEALTHY), ""),
        (Scope(needs_containerd=True), NO_CONTAINERD, "there is no containerd here"),
        (Scope(containerd=((1, 4), (1, 7))), node(HEALTHY), ""),
        (Scope(containerd=(None, (1, 6))), node(HEALTHY), ""),
        (
            Scope(containerd=((2, 0), None)),
            node(HEALTHY),
            "concerns containerd 2.0 and later, this is 1.6.20",
        ),
        (
            Scope(containerd=(None, (1, 5))),
            node(HEALTHY),
            "concerns containerd up to 1.5, this is 1.6.20",
        ),
    ],
)
def test_a_check_out_of_its_scope_says_why(scope: Scope, seen: Node, reason: str) -> None:
    of = check()._replace(scope=scope)
    assert out_of_scope(seen, of) == reason
    assert diagnose_one(seen, of).outcome is (Outcome.NOT_APPLICABLE if reason else Outcome.PASS)


def _finds(_: Node) -> Iterator[Finding]:
    yield Finding("it is wrong", (Evidence("it", "wrong"),))


def _cannot(_: Node) -> Iterator[Finding]:
    raise cannot_tell("nobody was there")
    yield


def _needs(_: Node) -> Iterator[Finding]:
    known(Missing("no such file"))
    yield from ()


def _breaks(_: Node) -> Iterator[Finding]:
    yield from _finds(_)
    raise KeyError("secret")


def _follows(_: Node) -> Iterator[Finding]:
    yield Finding("it is wrong", (Evidence("it", "wrong"),), follows=_finds)


@pytest.mark.parametrize(
    ("run", "outcome", "reason"),
    [
        (lambda _: (), Outcome.PASS, ""),
        (_finds, Outcome.FAIL, ""),
        (_cannot, Outcome.UNKNOWN, "nobody was there"),
        (_needs, Outcome.UNKNOWN, "no such file"),
        (_breaks, Outcome.ERROR, "KeyError in the check itself"),
        (_follows, Outcome.ERROR, "LookupError in the check itself"),
    ],
)
def test_what_a_check_comes_to(run: object, outcome: Outcome, reason: str) -> None:
    of = check()._replace(run=run)  # type: ignore[arg-type]
    result = diagnose_one(node(HEALTHY), of)
    assert (result.outcome, result.reason) == (outcome, reason)


def test_a_check_may_follow_what_it_declares_to_follow() -> None:
    of = check()._replace(run=_follows, follows=(_finds,))
    (finding,) = diagnose_one(node(HEALTHY), of).findings
    assert finding.caused_by == "-finds"
    assert isinstance(known(node(HEALTHY).runtime), Setting)
