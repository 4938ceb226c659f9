"""The name that a node is registered under; a kubelet with capitals is seen in the lab."""

from __future__ import annotations

import pytest

from tests.judge.nodes import HEALTHY
from tests.laws.nodes import node
from unshim.judge.registered import node_name
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

UNSEEN = Missing("the kubelet does not run")
SOURCE = Source(Origin.FLAG, "/etc/default/kubelet", 1)


def _named(host: str, running: str | Missing, later: str | Missing) -> Node:
    seen = node(HEALTHY)
    kubelet = known(seen.kubelet)
    both = [
        {"hostname-override": one if isinstance(one, Missing) else Setting[object](one, SOURCE)}
        for one in (running, later)
    ]
    return seen._replace(
        machine=seen.machine._replace(name=host),
        kubelet=kubelet._replace(running=both[0], effective=both[1]),
    )


@pytest.mark.parametrize(
    ("host", "running", "later", "name"),
    [
        ("worker-1", "", "", "worker-1"),
        ("Worker-1.Example.ORG", "", "", "worker-1.example.org"),
        ("worker-1", " Node-7 ", "", "node-7"),
        ("worker-1", "node-7", "node-8", "node-7"),
        ("worker-1", "", "node-8", "node-8"),
        ("worker-1", UNSEEN, "node-8", "node-8"),
        ("worker-1", UNSEEN, UNSEEN, "worker-1"),
    ],
)
def test_the_kubelets_own_name_comes_before_the_hosts(
    host: str, running: str | Missing, later: str | Missing, name: str
) -> None:
    assert node_name(_named(host, running, later)) == name


def test_without_a_kubelet_it_is_the_hosts() -> None:
    seen = node(HEALTHY)
    for blind in (seen._replace(kubelet=UNSEEN), _stopped(seen)):
        assert node_name(blind._replace(machine=blind.machine._replace(name="A"))) == "a"


def _stopped(seen: Node) -> Node:
    return seen._replace(kubelet=known(seen.kubelet)._replace(running=UNSEEN))
