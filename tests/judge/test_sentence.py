"""The opening sentence, case by case: what is wrong first, and never well unless seen well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judge.nodes import (
    HEALTHY,
    UNSEEN,
    check,
    failed,
    kubelet_stopped,
    runs_on,
)
from tests.judge.nodes import came_to as came
from tests.laws.nodes import node
from unshim.judge.sentence import ENDINGS, OF_SOME, OPENINGS, is_here, is_nowhere, sentence
from unshim.judge.standing import standing_of
from unshim.model.checks import At, Outcome, Rank, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.parts.pods import Pods
from unshim.model.plan import Disturbs
from unshim.model.session import Look, Run, Standing
from unshim.model.values import Missing, Why, known

ERROR = failed(check(), "containerd does not run")
WARNING = failed(check("b", Severity.WARNING), "logs grow")
NOTE = failed(check("c", Severity.INFO), "a default holds")
GONE = failed(check("d", hop=At("dockershim", "gone")), "kubelet 1.24 has no dockershim")
DOWN = failed(check("e", rank=Rank.SYMPTOM), "the kubelet does not run")
PODS = failed(check("f", rank=Rank.SYMPTOM), "a pod does not run")
BLIND = came(Outcome.UNKNOWN, "not root")
BROKE = came(Outcome.ERROR, "KeyError in the check itself")
FINE = came(Outcome.PASS)
APART = came(Outcome.NOT_APPLICABLE, "no kubelet")
UNKNOWN = "checks could not be evaluated"
RUNS = "This node runs its pods on containerd"
REPORT = "please report it"
CHANGE = "a change by unshim is not at its end"
NO_PODS = Pods((), ())


def said(seen: Node, *results: Result, left_out: int = 0, open_run: Run | None = None) -> str:
    """The sentence, what failed being given in the order of these results."""
    look = Look(seen, results, 0.1, left_out, open_run)
    return sentence(look, [r for r in results if r.findings], standing_of(look))


@pytest.mark.parametrize(
    ("results", "want"),
    [
        ((FINE,), f"{RUNS}, and nothing here is wrong."),
        ((NOTE, FINE, APART), f"{RUNS}, and nothing here is wrong."),
        ((WARNING,), f"{RUNS}. Nothing is broken; 1 warning."),
        ((WARNING, WARNING), f"{RUNS}. Nothing is broken; 2 warnings."),
        ((ERROR, WARNING, BLIND), f"{RUNS}, but containerd does not run."),
        (
            (BLIND, FINE),
            f"{RUNS}, and nothing that could be seen is wrong; 1 of 2 {UNKNOWN}.",
        ),
        (
            (BROKE, BLIND),
            f"{RUNS}; unshim itself failed in 1 of 2 checks, {REPORT}; 1 of 2 {UNKNOWN}.",
        ),
        (
            (BROKE, WARNING),
            f"{RUNS}; 1 warning; unshim itself failed in 1 of 2 checks, {REPORT}.",
        ),
        (
            (ERROR, BROKE),
            f"{RUNS}, but containerd does not run; "
            f"unshim itself failed in 1 of 2 checks, {REPORT}.",
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
    ("results", "want"),
    [
        ((FINE,), f"{RUNS}; {CHANGE}."),
        ((WARNING,), f"{RUNS}; 1 warning; {CHANGE}."),
        ((BLIND,), f"{RUNS}; 1 of 1 {UNKNOWN}; {CHANGE}."),
        ((ERROR,), f"{RUNS}, but containerd does not run."),
    ],
)
def test_a_change_that_is_not_at_its_end_is_nothing_well(
    results: Sequence[Result], want: str
) -> None:
    run = Run("000007-x", 0.0, "root", (), (), "unfinished", Disturbs.NOTHING)
    assert said(node(HEALTHY), *results, open_run=run) == want
    some = said(node(HEALTHY), *results, left_out=3, open_run=run)
    assert ERROR in results or CHANGE in some
    blind = node(HEALTHY)._replace(runtime=UNSEEN)
    assert ERROR in results or CHANGE in said(blind, *results, open_run=run)


@pytest.mark.parametrize(
    ("results", "want"),
    [
        ((FINE,), "1 of 26 checks was run; it passes."),
        ((APART,), "1 of 26 checks was run; it does not apply here."),
        ((FINE, FINE), "2 of 26 checks were run; all pass."),
        ((APART, APART), "2 of 26 checks were run; none applies here."),
        ((FINE, FINE, NOTE, APART), "4 of 26 checks were run; 3 pass, 1 does not apply here."),
        ((FINE, APART, APART), "3 of 26 checks were run; 1 passes, 2 do not apply here."),
        ((ERROR, FINE), "2 of 26 checks were run: containerd does not run."),
        ((WARNING,), "1 of 26 checks was run; 1 warning."),
        ((BLIND,), f"1 of 26 checks was run; 1 of 1 {UNKNOWN}."),
        ((BROKE,), f"1 of 26 checks was run; unshim itself failed in 1 of 1 checks, {REPORT}."),
    ],
)
def test_of_some_checks_the_sentence_speaks_for_those_alone(
    results: Sequence[Result], want: str
) -> None:
    left_out = 26 - len(results)
    assert said(node(HEALTHY), *results, left_out=left_out) == want
    stopped = said(kubelet_stopped(node(HEALTHY)), *results, left_out=left_out)
    assert stopped == want


def test_without_any_check_nothing_is_said_of_the_node() -> None:
    assert said(node(HEALTHY)) == "None of 0 checks was run; none applies here."


@pytest.mark.parametrize(
    ("runtime", "name", "want"),
    [
        (Runtime.CONTAINERD, HEALTHY, f"{RUNS}, and"),
        (
            Runtime.CRI_DOCKERD,
            "dockershim",
            "This node runs its pods through Docker, by cri-dockerd, and",
        ),
        (
            Runtime.DOCKERSHIM,
            "dockershim",
            "This node still runs its pods through dockershim, which Kubernetes 1.24 removed, and",
        ),
        (
            Runtime.OTHER,
            HEALTHY,
            "This node is set to run its pods on another runtime (a test), and",
        ),
        (Runtime.NONE, HEALTHY, "This machine runs containerd without a kubelet, and"),
    ],
)
def test_the_beginning_says_what_the_kubelet_uses(runtime: Runtime, name: str, want: str) -> None:
    assert said(runs_on(runtime, name), FINE).startswith(want)


@pytest.mark.parametrize(
    ("pods", "static", "runs"),
    [
        pytest.param(None, None, True, id="as recorded"),
        pytest.param(NO_PODS, None, False, id="none of those wanted runs"),
        pytest.param(NO_PODS, (), False, id="none is wanted, none runs"),
        pytest.param(UNSEEN, None, False, id="they could not be seen"),
        pytest.param(None, (), True, id="others run"),
        pytest.param(None, UNSEEN, True, id="what is wanted could not be seen"),
        pytest.param("others", None, False, id="others run, and not the one that is wanted"),
    ],
)
def test_it_runs_its_pods_only_where_they_are_seen_to_run(
    pods: Pods | Missing | str | None, static: Any, runs: bool
) -> None:
    seen = node(HEALTHY)
    if static is not None:
        seen = seen._replace(static_pods=static)
    if isinstance(pods, str):
        theirs = known(seen.pods)
        others = tuple(p._replace(name="other") for p in theirs.pods)
        seen = seen._replace(pods=theirs._replace(pods=others))
    elif pods is not None:
        seen = seen._replace(pods=pods)
    words = "runs" if runs else "is set to run"
    assert said(seen, FINE).startswith(f"This node {words} its pods on containerd")


@pytest.mark.parametrize(
    ("runtime", "name"),
    [
        (Runtime.CONTAINERD, HEALTHY),
        (Runtime.CRI_DOCKERD, "dockershim"),
        (Runtime.DOCKERSHIM, "dockershim"),
    ],
)
def test_a_stopped_kubelet_is_said_first(runtime: Runtime, name: str) -> None:
    stopped = kubelet_stopped(runs_on(runtime, name))
    start = "The kubelet does not run; it is set to run this node's pods "
    assert said(stopped, FINE).startswith(start)
    assert said(stopped, ERROR).endswith(", but containerd does not run.")
    assert said(stopped, ERROR, DOWN).endswith(", but containerd does not run.")


def test_that_the_kubelet_does_not_run_is_said_once() -> None:
    stopped = kubelet_stopped(runs_on(Runtime.CONTAINERD))
    start = "The kubelet does not run; it is set to run this node's pods on containerd"
    assert said(stopped, DOWN, PODS) == f"{start}."
    assert said(stopped, DOWN, WARNING, BROKE) == (
        f"{start}; 1 warning; unshim itself failed in 1 of 3 checks, {REPORT}."
    )
    assert said(node(HEALTHY), PODS) == f"{RUNS}, but a pod does not run."


def test_dockershim_that_cannot_be_used_is_said_so() -> None:
    shim = runs_on(Runtime.DOCKERSHIM, "dockershim")
    start = "This node is set to use dockershim, but "
    assert said(shim, GONE) == f"{start}kubelet 1.24 has no dockershim."
    assert said(shim, ERROR, GONE) == f"{start}containerd does not run."
    assert said(shim, ERROR).startswith("This node still runs")
    assert said(shim, ERROR).endswith("1.24 removed, but containerd does not run.")


def test_a_machine_with_neither_is_not_a_node() -> None:
    containerd = known(node(HEALTHY).containerd)._replace(binary=None, process=None, unit=None)
    bare = runs_on(Runtime.NONE)._replace(containerd=containerd)
    start = "This machine is not a Kubernetes node: no kubelet and no containerd is here"
    assert said(bare, APART) == f"{start}."
    assert said(bare, APART, BLIND) == f"{start}; 1 of 2 {UNKNOWN}."


def test_a_containerd_that_was_not_seen_is_not_said_to_be_absent() -> None:
    seen = runs_on(Runtime.NONE)._replace(containerd=UNSEEN)
    assert said(seen, BLIND).startswith("This machine has no kubelet, and nothing that could be")


@pytest.mark.parametrize(
    ("results", "want"),
    [
        ((ERROR,), "; containerd does not run."),
        ((FINE,), "."),
        ((WARNING, BLIND), f"; 1 warning; 1 of 2 {UNKNOWN}."),
        ((BROKE,), f"; unshim itself failed in 1 of 1 checks, {REPORT}."),
    ],
)
def test_an_unknown_runtime_is_said_with_its_reason(results: Sequence[Result], want: str) -> None:
    seen = node(HEALTHY)._replace(runtime=UNSEEN)
    start = "Which runtime this node's kubelet uses is not known: not root"
    assert said(seen, *results) == start + want


def test_what_broke_while_it_was_read_is_a_fault_whatever_the_checks_say() -> None:
    seen = node(HEALTHY)._replace(static_pods=Missing("KeyError while reading", Why.BROKEN))
    assert said(seen, FINE) == f"{RUNS}; unshim itself failed, {REPORT}."


def test_every_runtime_has_an_opening_and_every_standing_an_end() -> None:
    assert set(OPENINGS) == set(Runtime)
    for rows in OPENINGS.values():
        assert [needs for needs, _ in rows if not needs] == [()]
        assert rows[-1][0] == ()
    assert set(ENDINGS) == set(OF_SOME) == set(Standing)


def test_a_program_is_here_by_its_binary_its_process_or_its_unit() -> None:
    kubelet = known(node(HEALTHY).kubelet)
    assert is_here(kubelet)
    unseen = kubelet._replace(binary=None, process=UNSEEN, unit=None)
    assert not is_here(unseen) and not is_nowhere(unseen)
    assert is_nowhere(kubelet._replace(binary=None, process=None, unit=None))
    nothing_runs = Missing("in a plain tree nothing runs", Why.AT_REST)
    assert is_nowhere(kubelet._replace(binary=None, process=nothing_runs, unit=None))
    assert not is_nowhere(UNSEEN)
