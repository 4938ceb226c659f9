"""Which pods run: by the runtime that the kubelet uses now, and by the names that it gives them."""

from __future__ import annotations

import pytest

from tests.checks.changed import FLAGS, with_kubelet
from tests.judge.nodes import HEALTHY, UNSEEN
from tests.laws.nodes import node
from unshim.judge.pods import no_tasks, on_docker_now, pods_now, running_ids, static_pods_in
from unshim.model.node import Node
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods, StaticPod
from unshim.model.values import Missing, Setting, known

NONE = Pods((), ())
ON_DOCKER = node("dockershim")
MOVED = node(HEALTHY)


def _manifest(name: str, namespace: str = "default", policy: str = "") -> StaticPod:
    return StaticPod(
        f"/etc/kubernetes/manifests/{name}.yaml", name, namespace, (), restart_policy=policy
    )


def _pods(*names: str, state: str = "running", ready: bool = True) -> Pods:
    """Static pods in namespace default, each with a container in this state."""
    pods = tuple(Pod(n, n, "default", "", ready, PodOrigin.STATIC) for n in names)
    return Pods(pods, tuple(Container(n, n, "c", "i", state, 0.0) for n in names))


def _rows(pods: Pods, *wanted: StaticPod, host: str = "worker-1") -> dict[str, bool]:
    return {row.pod.name: row.runs for row in static_pods_in(wanted, pods, host)}


@pytest.mark.parametrize(
    ("pods", "runs"),
    [
        (_pods("web-worker-1"), True),
        (_pods("web-worker-1", state="exited"), False),
        (_pods("web-worker-1", ready=False), False),
        (NONE, False),
        (_pods("web-2-worker-1"), False),
        (_pods("web-ip-10-0-0-1.ec2.internal"), True),
        (_pods("website-worker-1"), False),
    ],
)
def test_a_static_pod_runs_by_its_own_name(pods: Pods, runs: bool) -> None:
    assert _rows(pods, _manifest("web")) == {"web": runs}


def test_a_name_that_the_node_does_not_have_goes_to_the_longest_that_fits() -> None:
    wanted = (_manifest("web"), _manifest("web-2"))
    assert _rows(_pods("web-2-cloud"), *wanted) == {"web": False, "web-2": True}


def test_a_pod_of_another_namespace_or_origin_is_another_pod() -> None:
    pods = _pods("web-worker-1")
    assert _rows(pods, _manifest("web", "shop")) == {"web": False}
    of_others = tuple(p._replace(origin=PodOrigin.OTHER) for p in pods.pods)
    assert _rows(pods._replace(pods=of_others), _manifest("web")) == {"web": False}


def test_one_that_is_to_end_is_not_wanted_for_good_and_two_of_a_name_are_one() -> None:
    wanted = (_manifest("job", policy="OnFailure"), _manifest("once", policy="Never"))
    assert _rows(NONE, *wanted, _manifest("web", policy="Always"), _manifest("web")) == {
        "web": False
    }


def test_of_a_pod_made_twice_the_one_that_runs_counts() -> None:
    old, new = _pods("web-worker-1", ready=False), _pods("web-worker-1")
    made = Pods((old.pods[0]._replace(id="old"), *new.pods), new.containers)
    (row,) = static_pods_in((_manifest("web"),), made, "worker-1")
    assert row.runs and row.sandbox is not None and row.sandbox.id == "web-worker-1"


def test_a_container_of_a_sandbox_that_is_gone_does_not_run() -> None:
    assert running_ids(Pods((), _pods("web-worker-1").containers)) == frozenset()


def _started_with(seen: Node, runtime: str, endpoint: str) -> Node:
    """A node whose running kubelet was started with these."""
    running = {
        "container-runtime": Setting(runtime, FLAGS),
        "containerRuntimeEndpoint": Setting(endpoint, FLAGS),
    }
    return with_kubelet(seen, running=running)


@pytest.mark.parametrize(
    ("seen", "docker"),
    [
        pytest.param(ON_DOCKER, True, id="as it is set"),
        pytest.param(MOVED, False, id="as it is set to containerd"),
        pytest.param(_started_with(MOVED, "docker", ""), True, id="set to containerd since"),
        pytest.param(
            _started_with(ON_DOCKER, "remote", "unix:///run/containerd/containerd.sock"),
            False,
            id="set to dockershim since",
        ),
        pytest.param(with_kubelet(MOVED, running=UNSEEN), False, id="by its files alone"),
        pytest.param(with_kubelet(ON_DOCKER, running=UNSEEN), True, id="by its files too"),
    ],
)
def test_pods_are_where_the_kubelet_that_runs_makes_them(seen: Node, docker: bool) -> None:
    assert on_docker_now(seen) is docker
    docker_pods = known(ON_DOCKER.docker).pods
    assert known(MOVED.pods).pods and known(docker_pods).pods
    seen = seen._replace(
        pods=MOVED.pods, docker=known(seen.docker)._replace(pods=docker_pods, active=True)
    )
    assert pods_now(seen) == (docker_pods if docker else MOVED.pods)


def test_a_docker_that_does_not_run_has_no_pods() -> None:
    docker = known(ON_DOCKER.docker)._replace(active=False, pods=UNSEEN)
    assert pods_now(ON_DOCKER._replace(docker=docker)) == NONE
    assert pods_now(ON_DOCKER._replace(docker=UNSEEN)) == UNSEEN


def test_what_is_not_known_of_the_runtime_is_not_known_of_its_pods() -> None:
    unseen = with_kubelet(MOVED, running=UNSEEN)._replace(runtime=UNSEEN)
    assert pods_now(unseen) == UNSEEN


def _with_tasks(seen: Node, **facts: object) -> Node:
    containerd = known(seen.containerd)
    running = known(containerd.running)._replace(**facts)  # type: ignore[arg-type]
    return seen._replace(containerd=containerd._replace(running=running))


def test_without_a_task_there_is_no_pod_though_cri_is_silent() -> None:
    silent = MOVED._replace(pods=UNSEEN)
    assert not no_tasks(silent) and pods_now(silent) == UNSEEN
    idle = _with_tasks(silent, tasks=())
    assert no_tasks(idle) and pods_now(idle) == NONE
    unseen = _with_tasks(silent, tasks=Missing("not root"))
    assert not no_tasks(unseen) and pods_now(unseen) == UNSEEN
    assert not no_tasks(silent._replace(containerd=UNSEEN))
