"""Whether the units of a node are after a change what they are to be. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from unshim.model.machine import Unit, UnitState
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.steps import StartUnit, Step, StopUnit
from unshim.model.values import Missing
from unshim.plan.basis import COMES_AND_GOES, runs

UP, STOPPED, DOWN = "up", "stopped", "down"
"""What a unit is to be: up as it was, or as a plan starts it; stopped by the plan. A unit that was
down, or came and went, may be so still."""
KUBELET, CONTAINERD, DOCKER = "kubelet.service", "containerd.service", "docker.service"
_GOING = ("active", "reloading")
_STOPPED_ALONG = ("RequiredBy", "BoundBy", "ConsistsOf")


class UnitNow(NamedTuple):
    """A unit at one moment: its ActiveState, its main process, how often it was started again."""

    active: str
    main: int
    restarts: int


Units = Mapping[str, UnitNow]


def wanted(before: Node, steps: Iterable[Step]) -> dict[str, str]:
    """What each unit of the node is to be after these steps."""
    if isinstance(before.units, Missing):
        return {}
    states = {
        name: unit.state
        for name, unit in before.units.items()
        if isinstance(unit, Unit) and isinstance(unit.state, UnitState)
        if unit.state.load == "loaded"
    }
    steps = tuple(steps)
    stopped = _with_those_along([s.unit for s in steps if isinstance(s, StopUnit)], states)
    started = {s.unit for s in steps if isinstance(s, StartUnit)}
    return {
        name: STOPPED
        if name in stopped - started
        else UP
        if name in started or _is_up(before, name, state)
        else DOWN
        for name, state in states.items()
    }


def _is_up(node: Node, name: str, state: UnitState) -> bool:
    daemon = {KUBELET: node.kubelet, CONTAINERD: node.containerd}.get(name, Missing(""))
    if isinstance(daemon, Missing):
        return state.active in _GOING
    return state.active in _GOING and daemon.process is not None and runs(daemon) != COMES_AND_GOES


def _with_those_along(units: Iterable[str], states: Mapping[str, UnitState]) -> set[str]:
    """Units, and those that a stop of them stops too."""
    stopped: set[str] = set()
    waiting = list(units)
    while waiting:
        name = waiting.pop()
        stopped.add(name)
        related = states[name].related if name in states else {}
        along = {other for key in _STOPPED_ALONG for other in related.get(key, ())}
        waiting += along - stopped
    return stopped


def wrong(wanted: Mapping[str, str], now: Units) -> tuple[str, str]:
    """A unit that is not what it is to be, and what is wrong with it; ("", "") for none."""
    for name in sorted(wanted):
        unit = now.get(name)
        if wanted[name] == DOWN:
            continue
        if unit is None:
            return name, f"what {name} does could not be seen"
        if wanted[name] == UP and unit.active not in _GOING:
            return name, f"{name} was to run and does not"
        if wanted[name] == STOPPED and unit.active not in ("inactive", "failed"):
            return name, f"{name} was stopped and runs again"
    return "", ""


def moved(wanted: Mapping[str, str], then: Units, now: Units) -> str:
    """A unit that is to be up and was started anew between two moments, "" for none."""
    for name in sorted(wanted):
        if wanted[name] == UP and _life(then, name) != _life(now, name):
            return name
    return ""


def not_up(wanted: Mapping[str, str], then: Units, now: Units) -> tuple[str, ...]:
    """The units that need not be up, and have not been so all the time between two moments, of
    those that are tried: what was stopped by a person is not."""
    return tuple(
        name
        for name in sorted(wanted)
        if wanted[name] == DOWN and name in now
        if now[name].active != "inactive" or then[name].active != "inactive"
        if not stayed_up(name, then, now)
    )


def stayed_up(name: str, then: Units, now: Units) -> bool:
    """Whether a unit was up at two moments, and not started anew between them."""
    both = name in then and name in now and now[name].active in _GOING
    return both and _life(then, name) == _life(now, name)


def _life(units: Units, name: str) -> tuple[int, int]:
    unit = units.get(name)
    return (unit.main, unit.restarts) if unit else (0, 0)
