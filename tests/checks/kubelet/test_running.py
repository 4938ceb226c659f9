"""The kubelet itself: one that is gone, or waits for its next start, does not run."""

from __future__ import annotations

from typing import Any

import pytest

from checks.kubelet.running import kubelet_not_running
from checks.workload.static_pods import static_pods_not_running
from tests.checks.changed import BEFORE, HEALTHY, HOST, evidence, result, verdict, with_kubelet
from tests.laws.nodes import node, results
from unshim.model.machine import Unit
from unshim.model.node import Node
from unshim.model.values import Missing, known

UNSEEN = Missing("not root")


def _in_state(seen: Node, **facts: Any) -> Node:
    """The same node with another state of its kubelet's unit."""
    unit = known(known(seen.kubelet).unit)
    assert isinstance(unit, Unit)
    return with_kubelet(seen, unit=unit._replace(state=known(unit.state)._replace(**facts)))


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(node(HEALTHY), "pass", id="it runs"),
        pytest.param(with_kubelet(node(HEALTHY), process=None), "error", id="it does not"),
        pytest.param(with_kubelet(node(BEFORE), process=None), "error", id="on dockershim too"),
        pytest.param(with_kubelet(node(HEALTHY), process=UNSEEN), "unknown", id="not seen"),
        pytest.param(with_kubelet(node(HEALTHY), unit=None), "pass", id="of no unit"),
        pytest.param(with_kubelet(node(HEALTHY), unit=UNSEEN), "pass", id="its unit is not seen"),
        pytest.param(
            _in_state(node(HEALTHY), active="activating", sub="auto-restart"),
            "error",
            id="it is started again and again",
        ),
        pytest.param(_in_state(node(HEALTHY), restarts=4), "pass", id="it runs at last"),
        pytest.param(node(HOST), "not-applicable", id="there is none"),
    ],
)
def test_it_runs_or_it_is_an_error(seen: Node, want: str) -> None:
    assert verdict(kubelet_not_running, seen) == want


def test_a_kubelet_that_systemd_starts_in_vain_shows_its_state() -> None:
    shown = evidence(kubelet_not_running, node("containerd-logs-of-one-file"))
    assert shown["unit state"].value == "activating (auto-restart)"


def test_without_a_unit_that_is_said() -> None:
    seen = with_kubelet(node(HEALTHY), process=None, unit=None)
    assert evidence(kubelet_not_running, seen)["unit"].expected == "kubelet.service"


def test_pods_that_do_not_run_follow_from_it() -> None:
    (finding,) = results("containerd-logs-of-one-file")["static-pods-not-running"].findings
    assert finding.follows is kubelet_not_running
    up = with_kubelet(node(HEALTHY), process=None)
    assert not result(static_pods_not_running, up).findings, "pods go on without a kubelet"
