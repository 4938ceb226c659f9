"""A run as its worker has it at hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unshim.apply import children
from unshim.apply.acts import containerd
from unshim.apply.codec import decode
from unshim.apply.failures import FAILURES, reason_of
from unshim.apply.gated import gated
from unshim.apply.journal import Journal, plan_of
from unshim.apply.kinds import kind_of
from unshim.apply.seen import Seen, seen
from unshim.apply.turn import Former, Probe, Turn
from unshim.model.disturbs import Disturbs
from unshim.model.nouns import NamedTuple
from unshim.model.steps import Step, WriteFile


class Task(NamedTuple):
    """A run's folder, its plan, the steps of that, and the journal that the worker writes."""

    folder: Path
    plan: Mapping[str, Any]
    steps: tuple[Step, ...]
    journal: Journal

    @staticmethod
    def of(folder: Path, journal: Journal) -> Task:
        """Raises: CodecError, OSError, ValueError."""
        plan = plan_of(folder)
        return Task(folder, plan, tuple(decode(item) for item in plan["steps"]), journal)

    @property
    def looks(self) -> bool:
        """Whether the node is looked at after the last step."""
        return self.plan.get("expected") is not None

    @property
    def within(self) -> float:
        """The seconds in which a person must confirm the run, 0 where nobody has to."""
        return float(self.plan.get("confirm_within") or 0)

    def turn(self, number: int, probe: Probe | None = None, booting: bool = False) -> Turn:
        """The turn of one step."""
        names = {name for step in self.steps for name in kind_of(step).children}
        commands = children.commands(self.plan, self.folder, names)
        return Turn(f"{self.folder.name}-{number}", commands, probe, booting=booting)

    def probe(self) -> Probe | None:
        """How containerd is, as far as a step has to know."""
        return containerd.probe(self.turn(0))

    def tasks_of_now(self, was: Probe | None) -> Probe | None:
        """How containerd must be: as it was, with the tasks that run now."""
        return containerd.with_tasks_of(was, self.probe())

    def gates(self) -> tuple[str, ...]:
        """Try the new files on the programs that will read them, of a plan that expects something;
        what could not be tried. Raises: StepFailed where they must not be written."""
        if not self.looks or not any(isinstance(step, WriteFile) for step in self.steps):
            return ()
        return gated(children.commands(self.plan, self.folder, ["gates"])["gates"])

    def look(self) -> Seen:
        """Whether the node is as the plan expects."""
        return seen(children.commands(self.plan, self.folder, ["look"])["look"])

    def settle(self, former: tuple[Former, ...]) -> None:
        """Drop what was kept for an undo that needs no room. What stays is somebody's, and told."""
        notes = []
        for number, step in enumerate(self.steps):
            try:
                kind_of(step).settle(step, former[number], self.turn(number))
            except FAILURES as error:
                notes.append(reason_of(error))
        if notes:
            self.journal.add_if_possible("settled", notes=notes)


def drains(step: Step) -> bool:
    """Whether a step ends tasks by itself, which no restart after it did."""
    return kind_of(step).disturbs(step).rank >= Disturbs.DRAIN.rank
