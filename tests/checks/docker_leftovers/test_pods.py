"""Pods that Docker still runs: which count, once the kubelet has left."""

from __future__ import annotations

import pytest

from checks.docker_leftovers.pods import docker_pods_left_running
from tests.checks.changed import BEFORE, FLAGS, HEALTHY, HOST, result, verdict, with_kubelet
from tests.laws.nodes import node
from unshim.model.machine import Unit
from unshim.model.node import Node
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.values import Missing, Origin, Setting, Source, known


def _pod(name: str, ready: bool = True, origin: PodOrigin = PodOrigin.STATIC) -> Pod:
    return Pod(name, name, "shop", "uid", ready, origin)


def _docker_runs(
    *pods: Pod, active: bool | Missing = True, name: str = HEALTHY, seen: bool = True
) -> Node:
    """A node whose Docker has these pods."""
    base = node(name)
    listed = Pods(pods, ()) if seen else Missing("not root")
    return base._replace(docker=known(base.docker)._replace(active=active, pods=listed))


@pytest.mark.parametrize("origin", PodOrigin)
def test_every_pod_that_is_up_counts(origin: PodOrigin) -> None:
    assert verdict(docker_pods_left_running, _docker_runs(_pod("web", True, origin))) == "warning"


def test_they_are_named_in_order_and_counted_without_those_that_ended() -> None:
    seen = _docker_runs(_pod("web"), _pod("old", ready=False), _pod("api"))
    (finding,) = result(docker_pods_left_running, seen).findings
    assert finding.summary == "Docker still runs 2 of the kubelet's pods"
    assert [e.value for e in finding.evidence] == ["shop/api", "shop/web"]
    assert str(finding.evidence[0].source) == "/var/run/docker.sock"


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(_docker_runs(), "pass", id="Docker has no pods"),
        pytest.param(_docker_runs(_pod("web", ready=False)), "pass", id="only ended ones"),
        pytest.param(_docker_runs(_pod("web"), active=False), "pass", id="Docker is stopped"),
        pytest.param(_docker_runs(seen=False), "unknown", id="its pods could not be seen"),
        pytest.param(_docker_runs(seen=False, active=False), "pass", id="nor need they be"),
        pytest.param(_docker_runs(active=Missing("no systemd")), "unknown", id="is it stopped?"),
        pytest.param(_docker_runs(_pod("web"), name=BEFORE), "not-applicable", id="they belong"),
        pytest.param(_docker_runs(_pod("web"), name=HOST), "not-applicable", id="no kubelet"),
    ],
)
def test_where_nothing_is_left_behind(seen: Node, want: str) -> None:
    assert verdict(docker_pods_left_running, seen) == want


def test_while_the_kubelet_that_runs_uses_docker_they_are_its_own() -> None:
    running = {"container-runtime": Setting("docker", FLAGS)}
    seen = with_kubelet(_docker_runs(_pod("web")), running=running)
    assert verdict(docker_pods_left_running, seen) == "pass"


@pytest.mark.parametrize(
    ("unit", "key", "value", "shown"),
    [
        ("kubelet.service", "Wants", "network.target docker.service", True),
        ("kubelet.service", "Requires", "docker.service", True),
        ("buildkit.service", "BindsTo", "docker.service", True),
        ("kubelet.service", "After", "docker.service", False),
        ("kubelet.service", "Wants", "docker.socket", False),
        ("docker.socket", "Wants", "docker.service", False),
    ],
)
def test_a_unit_that_would_start_docker_again_is_shown(
    unit: str, key: str, value: str, shown: bool
) -> None:
    seen = _docker_runs(_pod("web"))
    place = Source(Origin.UNIT, f"/etc/systemd/system/{unit}", 4)
    base = known(seen.units)["kubelet.service"]
    assert isinstance(base, Unit)
    wanting = base._replace(settings={f"Unit.{key}": (Setting(value, place),)})
    seen = seen._replace(units={unit: wanting, "x.service": None, "y.service": Missing("?")})
    (finding,) = result(docker_pods_left_running, seen).findings
    places = [str(e.source) for e in finding.evidence if e.what == f"{unit} has {key}"]
    assert places == ([f"/etc/systemd/system/{unit}:4"] if shown else [])
