"""A price is said beside a finding, and may never stand in its way."""

from __future__ import annotations

from collections.abc import Iterator

from tests.laws import nodes
from unshim.judge.prices import price
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix, FixFunction, Refused
from unshim.model.steps import RestartUnit, Step, WriteFile

NODE = nodes.node("containerd-healthy")


def _writes(_: Node) -> Iterator[Step]:
    yield WriteFile("/etc/x", None, b"x")


def _restarts(node: Node) -> Iterator[Step]:
    yield from _writes(node)
    yield RestartUnit("kubelet.service")


def _refuses(_: Node) -> Iterator[Step]:
    raise Refused("not now")
    yield


def _breaks(_: Node) -> Iterator[Step]:
    raise ZeroDivisionError
    yield


def test_a_price_is_what_the_steps_disturb_on_this_node() -> None:
    def cost(run: FixFunction) -> str:
        return price(Fix("f", "c", "t", "e", Disturbs.KUBELET, run), NODE)

    most = "restarts the kubelet, pods keep running"
    assert cost(_writes) == "disturbs nothing, 1 file"
    assert cost(_restarts) == f"{most}, 1 file"
    assert cost(_refuses) == most
    assert cost(_breaks) == most
