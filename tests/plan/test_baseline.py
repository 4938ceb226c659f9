"""What is expected of a plan, by what its steps are."""

from __future__ import annotations

import pytest

from tests.laws.nodes import look, plan
from tests.steps import EXAMPLES
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.plan import Disturbs
from unshim.model.steps import DrainNode, RestartUnit, Step, StopUnit, WriteFile
from unshim.plan.baseline import expected_of

NAME = "containerd-cgroup-mismatch"
BEFORE, PLAN = look(NAME), plan(NAME, "cgroup-driver-mismatch")
DRAIN = next(step for step in EXAMPLES if isinstance(step, DrainNode))
CONTAINERD, DOCKER = RestartUnit("containerd.service"), RestartUnit("docker.service")
PODS = Pods(
    tuple(Pod(o.value, o.value, "shop", "u", True, o) for o in PodOrigin),
    tuple(Container(f"c-{o.value}", o.value, "main", "i", "running", 0.0) for o in PodOrigin),
)
LOOK = BEFORE._replace(node=BEFORE.node._replace(pods=PODS))


@pytest.mark.parametrize(
    ("steps", "pods"),
    [
        ((CONTAINERD,), {origin.value for origin in PodOrigin}),
        ((DRAIN, CONTAINERD), {"static", "daemonset"}),
        ((WriteFile("/etc/x", None, b""),), set()),
    ],
    ids=["they stay", "those that leave are drained", "nothing restarts"],
)
def test_the_pods_that_are_to_run_again_are_those_that_the_plan_leaves(
    steps: tuple[Step, ...], pods: set[str]
) -> None:
    expected = expected_of(PLAN._replace(steps=steps), LOOK)
    assert {place.pod for place in expected.pods} == pods
    assert expected.settles is (CONTAINERD in steps)


def test_of_a_plan_that_disturbs_no_pod_none_is_asked_for() -> None:
    quiet = PLAN._replace(steps=(RestartUnit("buildkit.service"),), disturbs=Disturbs.NOTHING)
    expected = expected_of(quiet, LOOK)
    assert expected.settles
    assert expected.pods == {}


def test_every_task_is_asked_for_but_those_that_the_plan_ends() -> None:
    tasks = {"k8s.io"}
    found = expected_of(PLAN._replace(steps=(CONTAINERD,)), LOOK)
    assert found.containerd is not None
    assert {task[0] for task in found.containerd["tasks"]} == tasks
    assert found.containerd["cri"]
    assert found.ends == ()
    assert expected_of(PLAN._replace(steps=(DOCKER,)), LOOK).ends == ("moby",)
    stopped = expected_of(PLAN._replace(steps=(StopUnit("containerd.service"),)), LOOK)
    assert stopped.containerd is None, "nobody answers then"
