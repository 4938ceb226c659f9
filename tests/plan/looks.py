"""What looks at a node again, and the time that passes while it does, for tests."""

from __future__ import annotations

from collections.abc import Callable, Collection

from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
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

    def pulse(self, node: Node) -> Pulse:
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
