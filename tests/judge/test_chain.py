"""The call chain: its hops by what the kubelet uses, and at each what errors say is wrong."""

from __future__ import annotations

import pytest

from tests.judge.nodes import HEALTHY, UNSEEN, check, failed, kubelet_stopped, runs_on
from tests.laws.nodes import CHECKS, look, node
from unshim.judge.chain import chain, concerns, outline
from unshim.judge.verdict import verdict
from unshim.model.checks import HOPS, At, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.session import Hop, HopState
from unshim.model.values import known


def _hop(seen: Node, name: str, *failures: Result) -> Hop:
    return next(h for h in chain(seen, failures) if h.name == name)


def _error(hop: str, note: str, explains: bool = False) -> Result:
    return failed(check(hop=At(hop, note, explains)))


def _without_cri(seen: Node) -> Node:
    containerd = known(seen.containerd)
    running = known(containerd.running)._replace(cri=UNSEEN)
    return seen._replace(containerd=containerd._replace(running=running))


@pytest.mark.parametrize(
    ("runtime", "names"),
    [
        (Runtime.CONTAINERD, "kubelet CRI containerd shim runc"),
        (Runtime.DOCKERSHIM, "kubelet dockershim dockerd containerd shim runc"),
        (Runtime.CRI_DOCKERD, "kubelet cri-dockerd dockerd containerd shim runc"),
        (Runtime.OTHER, "kubelet runtime"),
        (Runtime.NONE, "containerd shim runc"),
    ],
)
def test_the_hops_are_those_of_the_runtime(runtime: Runtime, names: str) -> None:
    assert [h.name for h in chain(runs_on(runtime), ())] == names.split()


def test_before_the_look_nothing_is_known() -> None:
    assert {h.state for h in outline()} == {HopState.UNKNOWN}


def test_each_hop_says_its_release() -> None:
    seen = chain(node(HEALTHY), ())
    assert [(h.name, h.detail) for h in seen[:3]] == [
        ("kubelet", "1.20.2"),
        ("CRI", "v1"),
        ("containerd", "1.6.20"),
    ]
    assert {h.state for h in seen} == {HopState.FINE}


@pytest.mark.parametrize(
    ("seen", "hop"),
    [
        (node(HEALTHY)._replace(kubelet=UNSEEN), "kubelet"),
        (node(HEALTHY)._replace(containerd=UNSEEN), "containerd"),
        (runs_on(Runtime.DOCKERSHIM)._replace(docker=UNSEEN), "dockerd"),
    ],
)
def test_what_could_not_be_looked_at_is_unknown(seen: Node, hop: str) -> None:
    seen_hop = _hop(seen, hop)
    assert (seen_hop.state, seen_hop.note) == (HopState.UNKNOWN, "not known")


def test_without_containerd_the_chain_ends_there() -> None:
    assert chain(node(HEALTHY)._replace(containerd=UNSEEN), ())[-1].name == "containerd"


@pytest.mark.parametrize("hop", ["dockershim", "CRI", "kubelet", "containerd"])
def test_an_error_is_shown_at_its_hop_alone(hop: str) -> None:
    seen = chain(node(HEALTHY), [_error(hop, "torn")])
    torn = [(h.name, h.state) for h in seen if h.note == "torn"]
    assert torn == ([] if hop == "dockershim" else [(hop, HopState.BROKEN)])


@pytest.mark.parametrize(
    ("errors", "state"),
    [((), HopState.WARNED), ((_error("dockershim", "gone in 1.24"),), HopState.BROKEN)],
)
def test_dockershim_breaks_the_chain_only_where_it_is_an_error(
    errors: tuple[Result, ...], state: HopState
) -> None:
    hop = _hop(runs_on(Runtime.DOCKERSHIM), "dockershim", *errors)
    assert (hop.state, hop.note) == (state, "gone in 1.24")


def test_an_error_breaks_cri_though_it_answers() -> None:
    assert _hop(node(HEALTHY), "CRI", _error("CRI", "torn")) == Hop(
        "CRI", "v1", HopState.BROKEN, "torn"
    )


def test_the_first_error_is_the_one_that_is_shown() -> None:
    assert _hop(node(HEALTHY), "CRI", _error("CRI", "one"), _error("CRI", "two")).note == "one"


@pytest.mark.parametrize(
    ("seen", "hop", "state", "note"),
    [
        (node(HEALTHY), "CRI", HopState.FINE, ""),
        (_without_cri(node(HEALTHY)), "CRI", HopState.BROKEN, "why"),
        (node(HEALTHY), "kubelet", HopState.FINE, ""),
        (kubelet_stopped(node(HEALTHY)), "kubelet", HopState.BROKEN, "why"),
    ],
)
def test_what_only_explains_is_shown_where_the_hop_is_down(
    seen: Node, hop: str, state: HopState, note: str
) -> None:
    result = _hop(seen, hop, _error(hop, "why", explains=True))
    assert (result.state, result.note) == (state, note)


def test_a_hop_that_is_down_without_an_error_says_what_is_seen() -> None:
    assert _hop(kubelet_stopped(node(HEALTHY)), "kubelet").note == "not running"
    assert _hop(_without_cri(node(HEALTHY)), "CRI").state is HopState.UNKNOWN


@pytest.mark.parametrize(
    ("severity", "state", "note"),
    [
        (Severity.ERROR, HopState.BROKEN, "torn"),
        (Severity.WARNING, HopState.WARNED, "torn"),
        (Severity.INFO, HopState.FINE, ""),
    ],
)
def test_a_hop_is_marked_by_the_severity_of_what_was_found(
    severity: Severity, state: HopState, note: str
) -> None:
    result = failed(check(hop=At("CRI", "torn")), severity=severity)
    assert concerns(result, "CRI") is (severity is Severity.ERROR)
    shown = _hop(node(HEALTHY), "CRI", result)
    assert (shown.state, shown.note) == (state, note)


def test_a_warning_does_not_make_less_of_a_hop_that_is_down() -> None:
    warns = failed(check(hop=At("kubelet", "old flags", True)), severity=Severity.WARNING)
    shown = _hop(kubelet_stopped(node(HEALTHY)), "kubelet", warns)
    assert (shown.state, shown.note) == (HopState.BROKEN, "not running")


@pytest.mark.parametrize(
    ("name", "hop", "note"),
    [
        ("containerd-cgroup-mismatch", "containerd", "another cgroup driver"),
        ("containerd-killed-with-its-pods", "containerd", "its restart kills pods"),
        ("containerd-configuration-broken", "containerd", "does not start again"),
        ("containerd-without-the-sandbox-image", "shim", "no sandbox image"),
        ("containerd-logs-of-one-file", "kubelet", "log settings"),
        ("containerd-old-cgroup-key", "CRI", "kept from loading"),
    ],
)
def test_a_real_node_names_the_hop_at_which_it_is_broken(name: str, hop: str, note: str) -> None:
    shown = {h.name: h for h in verdict(look(name), ()).chain}
    assert (shown[hop].state, shown[hop].note) == (HopState.BROKEN, note)


def test_hops_that_checks_name_are_shown_somewhere() -> None:
    shown = {h.name for runtime in Runtime for h in chain(runs_on(runtime), ())}
    assert set(HOPS) <= shown
    assert {c.hop.hop for c in CHECKS if c.hop} <= set(HOPS)


def test_no_task_leaves_shim_and_runc_idle() -> None:
    containerd = known(node(HEALTHY).containerd)
    running = known(containerd.running)._replace(tasks=())
    idle = node(HEALTHY)._replace(containerd=containerd._replace(running=running))
    assert [h.state for h in chain(idle, ())[-2:]] == [HopState.IDLE] * 2


def test_an_endpoint_that_leads_nowhere_breaks_the_hop_of_a_runtime_that_is_not_known() -> None:
    seen = runs_on(Runtime.OTHER)
    assert _hop(seen, "runtime").state is HopState.UNKNOWN
    broken = _hop(seen, "runtime", _error("CRI", "points to nothing"))
    assert (broken.state, broken.detail, broken.note) == (HopState.BROKEN, "", "points to nothing")
