"""One look at a node after a change, judged by what is expected of it."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Protocol

from unshim.judge.pods import pods_now, static_pods_in
from unshim.judge.registered import node_name
from unshim.model.node import Node
from unshim.model.plan import Disturbs
from unshim.model.session import Look
from unshim.model.values import Missing
from unshim.plan import pods_again, tasks_again, units_again
from unshim.plan.expected import Expected
from unshim.plan.outcomes import came_of, compare
from unshim.plan.pods_again import Place
from unshim.plan.pulse import Pulse
from unshim.plan.tasks_again import Task
from unshim.plan.units_again import DOWN, KUBELET, UP, stayed_up


class Eyes(Protocol):
    """What looks at the node."""

    def look(self) -> Look:
        """Everything, read afresh."""

    def pulse(self, node: Node) -> Pulse:
        """What its daemons say at this moment."""

    def exited_well(self, ids: Collection[str]) -> frozenset[str]:
        """Those of these containers and tasks that ended by themselves, with 0."""

    def last_words(self, unit: str) -> str:
        """What a unit's daemon said last before it ended, "" for nothing."""


class Moment:
    """A look, and whether all was well then. `well` is an earlier moment since which all was."""

    def __init__(self, eyes: Eyes, expected: Expected, well: Moment | None) -> None:
        self.eyes, self.expected, self.well = eyes, expected, well
        self.after = eyes.look()
        self.node = self.after.node
        self.pulse = eyes.pulse(self.node)

    @cached_property
    def made(self) -> frozenset[str]:
        """What was made anew in the place of something that ran."""
        return pods_again.made_since(self.expected.pods, self.node)

    def pods(self, waits: bool) -> str:
        """What of the pods is not as expected. `waits` is whether those are waited for that did not
        run before either."""
        old, up = self.expected.pods, self._kubelet_is_up()
        if self.expected.disturbs.rank < Disturbs.KUBELET.rank:
            return ""
        if up and self.expected.healthy and self.pulse.unhealthy:
            return self.pulse.unhealthy
        if old:
            empty = pods_again.gone(old, self.node, anywhere=not up)
            if isinstance(empty, Missing):
                return f"whether the pods run again could not be seen: {empty.reason}"
            lost = set(empty) - set(self._ended_pods(empty))
            if lost:
                return pods_again.missing(lost)
        doubled = pods_again.twice(old, self.node)
        if doubled:
            return doubled
        unborn = self._unborn()
        return f"the static pod {unborn[0]} does not run yet" if unborn and waits else ""

    def daemons(self) -> str:
        """What else is not as expected."""
        expected, pulse = self.expected, self.pulse
        unit, problem = units_again.wrong(expected.units, pulse.units)
        if unit:
            return f"{problem}{self._words_of(unit)}"
        problem = pulse.changed or tasks_again.less(expected.containerd, pulse.containerd)
        lost = [] if problem else self._lost_tasks()
        if lost:
            problem = tasks_again.missing(lost)
        return problem or compare(expected, self.after, still_down=bool(self._down()))

    def broken(self, now: Pulse) -> str:
        """What did not stay as it was at this moment."""
        expected = self.expected
        unit = units_again.moved(expected.units, self.pulse.units, now.units)
        if unit:
            return f"{unit} does not stay up{self._words_of(unit)}"
        problem = now.changed or tasks_again.less(expected.containerd, now.containerd)
        if problem:
            return problem
        ended = tasks_again.tasks_in(self.pulse.containerd) - tasks_again.tasks_in(now.containerd)
        if any(task.id in self.made for task in ended):
            return pods_again.UNSTEADY
        lost = ended & tasks_again.tasks_in(expected.containerd)
        if lost:
            return tasks_again.missing(lost)
        return now.unhealthy if expected.healthy else ""

    def notes(self) -> tuple[str, ...]:
        """What there is to know where all is well."""
        expected = self.expected
        down = [
            f"{unit} did not stay up before and does not now{self._words_of(unit)}"
            for unit in self._down()
        ]
        made = sorted({f"{p.namespace}/{p.pod}" for p in self._made_again()})
        beside = pods_again.beside(expected.pods, self.node)
        ended = [f"{p} ended by itself" for p in self._ended_pods(self._empty())]
        ended += [f"the task {t.namespace}/{t.id} ended" for t in sorted(self._ended_tasks())]
        told = [
            f"these pods were made again: {', '.join(made)}" if made else "",
            f"these pods run in Docker and in containerd: {', '.join(beside)}" if beside else "",
            *(f"the static pod {name} does not run, and did not before" for name in self._unborn()),
            "" if expected.healthy or not self._kubelet_is_up() else self.pulse.unhealthy,
        ]
        return (*came_of(expected, self.after), *down, *filter(None, told), *ended)

    def _kubelet_is_up(self) -> bool:
        """Whether the kubelet runs and is to have its pods run; one that was down counts as up once
        it has stayed so."""
        wanted = self.expected.units.get(KUBELET)
        if wanted == DOWN:
            well = self.well
            return well is not None and stayed_up(KUBELET, well.pulse.units, self.pulse.units)
        if wanted is None:
            return not (self.expected.stopped and pods_again.is_stopped(self.node))
        return wanted == UP

    def _down(self) -> tuple[str, ...]:
        then = self.well.pulse.units if self.well else self.pulse.units
        return units_again.not_up(self.expected.units, then, self.pulse.units)

    def _words_of(self, unit: str) -> str:
        words = self.eyes.last_words(unit)
        return f"; its last words: {words}" if words else ""

    def _empty(self) -> tuple[Place, ...]:
        up = self._kubelet_is_up()
        empty = pods_again.gone(self.expected.pods, self.node, anywhere=not up)
        return () if isinstance(empty, Missing) else empty

    def _ended_pods(self, empty: Collection[Place]) -> tuple[Place, ...]:
        old = self.expected.pods
        ids = {one for place in empty if not place.lasting for one in old[place]}
        exited = self.eyes.exited_well(ids) if ids else frozenset()
        return pods_again.ended_well(old, empty, self.node, exited)

    def _made_again(self) -> list[Place]:
        old = self.expected.pods
        return [
            p for p, ids in pods_again.running(self.node).items() if p in old and not ids & old[p]
        ]

    def _unborn(self) -> tuple[str, ...]:
        """The static pods that are to run and do not, nor did before, where a kubelet that did not
        run is up now."""
        if self.expected.units.get(KUBELET) != DOWN or not self._kubelet_is_up():
            return ()
        wanted, pods = self.node.static_pods, pods_now(self.node)
        if isinstance(wanted, Missing) or isinstance(pods, Missing):
            return ()
        rows = static_pods_in(wanted, pods, node_name(self.node))
        return tuple(f"{row.pod.namespace}/{row.pod.name}" for row in rows if not row.runs)

    def _ended(self) -> tuple[Task, ...]:
        of_pods = self.expected.of_pods | pods_again.ids_of_pods(self.node)
        return tasks_again.ended(self.expected.containerd, self.pulse.containerd, of_pods)

    def _ended_tasks(self) -> frozenset[Task]:
        ended = self._ended()
        exited = self.eyes.exited_well({task.id for task in ended}) if ended else frozenset()
        namespaces = self.expected.ends
        return frozenset(t for t in ended if t.id in exited or t.namespace in namespaces)

    def _lost_tasks(self) -> list[Task]:
        return [task for task in self._ended() if task not in self._ended_tasks()]
