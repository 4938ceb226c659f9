"""What looks at a node again, the time that passes while it does, and pods to see, for tests."""

from __future__ import annotations

from collections.abc import Callable, Collection

from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.session import Look
from unshim.plan.pulse import Pulse
from unshim.plan.verify import Clock


class Looks(NamedTuple):
    """Eyes that see these looks and these pulses, one after the other."""

    next_look: Callable[[], Look]
    next_pulse: Callable[[], Pulse]
    exited: frozenset[str] = frozenset()

    def look(self) -> Look:
        return self.next_look()

    def pulse(self, _: Node) -> Pulse:
        return self.next_pulse()

    def exited_well(self, ids: Collection[str]) -> frozenset[str]:
        return self.exited & frozenset(ids)

    def last_words(self, unit: str) -> str:
        return f"{unit} said why"


class Time:
    """Time that passes only in pauses."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.clock = Clock(lambda: self.seconds, self._pass)

    def _pass(self, seconds: float) -> None:
        self.seconds += seconds


def pods_of(*names: str, origin: PodOrigin = PodOrigin.STATIC) -> Pods:
    """A pod for each `pod/id`, with one container of that id that runs, or of `-id` that does
    not."""
    pods, containers = [], []
    for number, (pod, _, one) in enumerate(name.partition("/") for name in names):
        pods.append(Pod(f"s{number}", pod, "default", "u", True, origin))
        state = "exited" if one.startswith("-") else "running"
        containers.append(Container(one.lstrip("-"), f"s{number}", "main", "i", state, 0.0))
    return Pods(tuple(pods), tuple(containers))


def static_pods(*names: str) -> Node:
    """A node that moved to containerd, with these static pods there and none in Docker."""
    return node("dockershim-moved-by-unshim")._replace(pods=pods_of(*names))
