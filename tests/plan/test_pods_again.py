"""Pods that ran before a change: gone, ended, made again, twice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.laws.nodes import node
from tests.plan.looks import pods_of
from unshim.model.node import Node
from unshim.model.parts.pods import PodOrigin
from unshim.model.values import known
from unshim.plan.pods_again import (
    Place,
    beside,
    ended_well,
    gone,
    ids_of_pods,
    made_since,
    missing,
    ran,
    twice,
)

ON_CONTAINERD, ON_DOCKER = node("dockershim-moved-by-unshim"), node("dockershim-ready-to-move")
JOB = PodOrigin.CONTROLLED


def _on_containerd(*names: str, origin: PodOrigin = PodOrigin.STATIC) -> Node:
    return ON_CONTAINERD._replace(pods=pods_of(*names, origin=origin))


def _in_docker(base: Node, *names: str) -> Node:
    return base._replace(docker=known(ON_DOCKER.docker)._replace(pods=pods_of(*names)))


def _names(places: Iterable[Place]) -> list[str]:
    return [place.pod for place in places]


@pytest.mark.parametrize("origin", PodOrigin)
def test_every_pod_that_ran_is_asked_for(origin: PodOrigin) -> None:
    old = ran(_on_containerd("web/1", "db/2", origin=origin), 1e9)
    empty = gone(old, _on_containerd("web/1", "db/-2", origin=origin))
    assert isinstance(empty, tuple)
    assert _names(empty) == ["db"]
    kind = "static pod" if origin is PodOrigin.STATIC else "pod"
    assert missing(empty) == f"the {kind} default/db (container main) ran before and does not now"


def test_a_kubelet_that_does_not_run_moves_no_pod() -> None:
    """What it ran in Docker still does; where it would run its pods now is not asked."""
    old = ran(_in_docker(ON_DOCKER, "web/1"), 1e9)
    after = _in_docker(_on_containerd(), "web/1")
    empty = gone(old, after)
    assert isinstance(empty, tuple)
    assert _names(empty) == ["web"]
    assert gone(old, after, anywhere=True) == ()


@pytest.mark.parametrize(
    ("origin", "left", "exited", "well"),
    [
        (JOB, ("job/-1",), {"1"}, True),
        (JOB, ("job/-1",), set(), False),
        (JOB, (), set(), True),
        (PodOrigin.OTHER, (), set(), True),
        (PodOrigin.STATIC, ("job/-1",), {"1"}, False),
        (PodOrigin.STATIC, (), set(), False),
        (PodOrigin.DAEMONSET, (), set(), False),
    ],
)
def test_what_may_end_is_well_where_it_ended_with_0_or_was_deleted(
    origin: PodOrigin, left: tuple[str, ...], exited: set[str], well: bool
) -> None:
    old = ran(_on_containerd("job/1", origin=origin), 1e9)
    after = _on_containerd(*left, origin=origin)
    empty = gone(old, after)
    assert isinstance(empty, tuple)
    assert ended_well(old, empty, after, exited) == (empty if well else ())


def test_a_pod_runs_once() -> None:
    old = ran(_on_containerd("web/1"), 1e9)
    assert twice(old, _on_containerd("web/1")) == ""
    assert twice(old, _on_containerd("web/1", "web/2")).endswith("(container main) runs 2 times")
    both = ran(_on_containerd("web/1", "web/2"), 1e9)
    assert twice(both, _on_containerd("web/3", "web/4")) == "", "it did before too"


def test_a_pod_in_both_runtimes_is_told() -> None:
    old = ran(_in_docker(ON_DOCKER, "web/1", "db/2"), 1e9)
    assert beside(old, _in_docker(_on_containerd("web/3"), "web/1", "db/2")) == ("default/web",)
    assert beside(old, _in_docker(_on_containerd("web/3"))) == ()


def test_what_fills_a_place_anew_is_known_by_its_id() -> None:
    old = ran(_on_containerd("web/1"), 1e9)
    assert made_since(old, _on_containerd("web/1")) == frozenset()
    assert made_since(old, _on_containerd("web/2", "new/3")) == {"2"}
    assert ids_of_pods(_on_containerd("web/2", "new/-3")) >= {"s0", "s1", "2", "3"}
