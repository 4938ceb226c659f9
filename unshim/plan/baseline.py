"""What is expected of a plan: noted of the node right before its first step."""

from __future__ import annotations

import time
from collections.abc import Mapping

from unshim.judge.diagnose import diagnose
from unshim.model.checks import Result
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Plan
from unshim.model.session import Look
from unshim.model.steps import DrainNode, RestartUnit, StartUnit, StopUnit
from unshim.model.values import Missing, Why
from unshim.plan.expected import Came, Expected
from unshim.plan.pods_again import Running, ids_of_pods, is_stopped, ran
from unshim.plan.probe import as_probe
from unshim.plan.pulse import health_address, unhealthy
from unshim.plan.tasks_again import DOCKER_S
from unshim.plan.units_again import CONTAINERD, DOCKER, DOWN, KUBELET, STOPPED, wanted


def expected_of(plan: Plan, before: Look) -> Expected:
    """What is expected of a plan, on the node as it was looked at before its first step."""
    node = before.node
    units = wanted(node, plan.steps)
    expected = Expected(
        cured=tuple(f.check_id for f in plan.fixes),
        before=_over_a_while(before, units),
        forecast={f.check_id: Came(f.after, f.severity_after) for f in plan.forecast},
        disturbs=plan.disturbs,
    )
    acts = [step for step in plan.steps if isinstance(step, RestartUnit | StartUnit | StopUnit)]
    if not acts:
        return expected
    containerd = node.containerd
    running = containerd if isinstance(containerd, Missing) else containerd.running
    ends = any(step.unit == DOCKER for step in acts) or units.get(DOCKER) == STOPPED
    if units.get(CONTAINERD) in (STOPPED, DOWN) or isinstance(running, Missing):
        was = None
    else:
        was = as_probe(running)
    return expected._replace(
        settles=True,
        pods=_pods(plan, node),
        of_pods=ids_of_pods(node),
        stopped=is_stopped(node),
        units=units,
        socket="" if isinstance(containerd, Missing) else containerd.socket.path,
        containerd=was,
        ends=(DOCKER_S,) if ends else (),
        healthy=node.live and not is_stopped(node) and not unhealthy(health_address(node)),
    )


def _pods(plan: Plan, node: Node) -> Running:
    """What is asked for of pods: nothing where none is disturbed, and of those that the plan itself
    has leave the node none."""
    if plan.disturbs.rank < Disturbs.KUBELET.rank:
        return {}
    leave = any(isinstance(step, DrainNode) for step in plan.steps)
    return {p: ids for p, ids in ran(node, time.time()).items() if p.lasting or not leave}


def _over_a_while(before: Look, units: Mapping[str, str]) -> dict[str, Came]:
    """What each check came to; where a daemon comes and goes, the worse of what it comes to while
    that runs and while it does not: in which of the two it was looked at is chance."""
    other = _without(before.node, units)
    if other is before.node:
        return {r.check.id: Came(r.outcome, r.severity) for r in before.results}
    down = diagnose(other, [r.check for r in before.results])
    return {
        one.check.id: Came(worst.outcome, worst.severity)
        for one, other in zip(before.results, down, strict=True)
        for worst in [max(one, other, key=_rank)]
    }


def _rank(result: Result) -> int:
    return result.severity.rank if result.severity else 0


def _without(node: Node, units: Mapping[str, str]) -> Node:
    """The node as it is while the daemons do not run that need not be up."""
    gone = Missing("it does not run at the moment", Why.NOT_RUNNING)
    kubelet, containerd = node.kubelet, node.containerd
    if units.get(KUBELET) == DOWN and not isinstance(kubelet, Missing):
        node = node._replace(
            kubelet=kubelet._replace(process=None, running=gone, running_flags=gone)
        )
    if units.get(CONTAINERD) == DOWN and not isinstance(containerd, Missing):
        node = node._replace(
            containerd=containerd._replace(process=None, running=gone), pods=gone, images=gone
        )
    return node
