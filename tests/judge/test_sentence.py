"""The opening sentence, case by case: what is wrong first, and never well unless seen well."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.judge.nodes import (
    HEALTHY,
    UNSEEN,
    came_to,
    check,
    failed,
    kubelet_stopped,
    runs_on,
)
from tests.laws.nodes import node
from unshim.judge.sentence import ENDINGS, OPENINGS, is_here, sentence
from unshim.model.checks import At, Outcome, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.session import Look

ERROR = failed(check(), "containerd does not run")
WARNING = failed(check("b", Severity.WARNING), "logs grow")
NOTE = failed(check("c", Severity.INFO), "a default holds")
GONE = failed(check("d", hop=At("dockershim", "gone")), "kubelet 1.24 has no dockershim")
BLIND = came_to(Outcome.UNKNOWN, "not root")
BROKEN = came_to(Outcome.ERROR, "KeyError in the check itself")
FINE = came_to(Outcome.PASS)
UNKNOWN = "checks could not be evaluated"
RUNS = "This node runs its pods on containerd"


def said(seen: Node, *results: Result) -> str:
    """The sentence, what failed being given in the order of these results."""
    return sentence(Look(seen, results, 0.1), [r for r in results if r.findings])


@pytest.mark.parametrize(
    ("results", "want"),
    [
        ((FINE,), f"{RUNS}, and nothing here is wrong."),
        ((NOTE, FINE), f"{RUNS}, and nothing here is wrong."),
        ((WARNING,), f"{RUNS}. Nothing is broken; 1 warning."),
        ((WARNING, WARNING), f"{RUNS}. Nothing is broken; 2 warnings."),
        ((ERROR, WARNING, BLIND), f"{RUNS}, but containerd does not run."),
        (
            (BLIND, FINE),
            f"{RUNS}, and nothing that could be seen is wrong; 1 of 2 {UNKNOWN}.",
        ),
        (
            (BROKEN, BLIND),
            f"{RUNS}, and nothing that could be seen is wrong; 2 of 2 {UNKNOWN}.",
        ),
        (
            (WARNING, BLIND),
            f"{RUNS}. Nothing that could be seen is broken; 1 warning; 1 of 2 {UNKNOWN}.",
        ),
    ],
)
def test_the_end_says_what_the_checks_came_to(results: Sequence[Result], want: str) -> None:
    assert said(node(HEALTHY), *results) == want


@pytest.mark.parametrize(
    ("runtime", "want"),
    [
        (Runtime.CONTAINERD, f"{RUNS}, and"),
        (Runtime.CRI_DOCKERD, "This node runs its pods through Docker, by cri-dockerd, and"),
        (
            Runtime.DOCKERSHIM,
            "This node still runs its pods through dockershim, which Kubernetes 1.24 removed.",
        ),
        (Runtime.OTHER, "This node runs its pods on another runtime (a test), and"),
        (Runtime.NONE, "This machine runs containerd without a kubelet, and"),
    ],
)
def test_the_beginning_says_what_the_kubelet_uses(runtime: Runtime, want: str) -> None:
    assert said(runs_on(runtime), FINE).startswith(want)


@pytest.mark.parametrize("runtime", [Runtime.CONTAINERD, Runtime.CRI_DOCKERD])
def test_a_stopped_kubelet_is_said_first(runtime: Runtime) -> None:
    stopped = kubelet_stopped(runs_on(runtime))
    start = "The kubelet does not run; it is set to run this node's pods "
    assert said(stopped, FINE).startswith(start)
    assert said(stopped, FINE).endswith("; nothing else here is wrong.")
    assert said(stopped, ERROR).endswith(", but containerd does not run.")


def test_dockershim_that_cannot_be_used_is_said_so() -> None:
    shim = runs_on(Runtime.DOCKERSHIM)
    start = "This node is set to use dockershim, but "
    assert said(shim, GONE) == f"{start}kubelet 1.24 has no dockershim."
    assert said(shim, ERROR, GONE) == f"{start}containerd does not run."
    assert said(shim, ERROR).startswith("This node still runs")


def test_a_machine_with_neither_is_not_a_node() -> None:
    bare = runs_on(Runtime.NONE)._replace(containerd=UNSEEN)
    assert said(bare, ERROR) == (
        "This machine is not a Kubernetes node: no kubelet and no containerd is here."
    )


def test_an_unknown_runtime_is_said_with_its_reason() -> None:
    seen = node(HEALTHY)._replace(runtime=UNSEEN)
    assert said(seen, ERROR) == "Which runtime this node's kubelet uses is not known: not root."


def test_every_runtime_has_an_opening_and_each_table_an_end() -> None:
    assert set(OPENINGS) == set(Runtime)
    for rows in (*OPENINGS.values(), ENDINGS):
        assert [needs for needs, _ in rows if not needs] == [()]
        assert rows[-1][0] == ()


def test_a_program_is_here_by_its_binary_its_process_or_its_unit() -> None:
    kubelet = node(HEALTHY).kubelet
    assert is_here(kubelet)
    assert not is_here(kubelet._replace(binary=None, process=UNSEEN, unit=None))  # type: ignore[union-attr]
