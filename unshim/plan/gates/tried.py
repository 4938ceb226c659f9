"""A plan's files through all gates, before the first change."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.host.host import Host
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.steps import Step, WriteFile
from unshim.plan.gates import containerd
from unshim.plan.gates.asking import Answer, Question, ask
from unshim.plan.gates.syntax import faults
from unshim.plan.gates.units import new_words, units_of


class Tried(NamedTuple):
    """Why a plan must not be carried out, "" for no reason; and what could not be tried."""

    refused: str
    notes: tuple[str, ...] = ()


def tried(host: Host, steps: Sequence[Step]) -> Tried:
    """Try what a plan would write. Changes nothing, on disk or of what runs."""
    writes = tuple(s for s in steps if isinstance(s, WriteFile) and s.after != s.before)
    case = containerd.case(host, steps) if writes and containerd.concerns(steps) else None
    toml = containerd.files_of(case) if case else frozenset[str]()
    for fault in faults(writes, toml):
        return Tried(f"{fault.path} {fault.reason}")
    units = units_of(writes)
    question = (containerd.question(case) if case else Question())._replace(units=units)
    if not question.binary and not units:
        return Tried("", _not_known(case))
    after = ask(question, writes)
    if after.why:
        return Tried("", (f"the new files could not be tried behind walls: {after.why}",))
    before = ask(question._replace(shadow=False))
    if complaint := new_words(before.verify, after.verify, writes):
        return Tried(f"systemd complains of the new files: {complaint}")
    notes = unanswered(question, after)
    if case is None:
        return Tried("", notes)
    found = containerd.complaints(host, case, before, after, lambda: ask(question))
    return Tried(next(found, ""), (*_not_known(case), *_left_out(case), *notes))


def unanswered(question: Question, answer: Answer) -> tuple[str, ...]:
    """What was asked and not answered: the program is not there, or did not end in time."""
    asked = (
        (question.binary, answer.dump, f"{question.binary} config dump"),
        (question.units, answer.verify, "systemd-analyze verify"),
    )
    return tuple(
        f"{command} gave no answer about the new files"
        for wanted, said, command in asked
        if wanted and said is None
    )


def _not_known(case: containerd.Case | None) -> tuple[str, ...]:
    if case is None or containerd.question(case).binary:
        return ()
    return ("containerd was not asked what it makes of its new files: it is not known which it is",)


def _left_out(case: containerd.Case) -> tuple[str, ...]:
    config = case.after.config
    reason = containerd.touches(config) if isinstance(config, ContainerdConfig) else ""
    return (f"no containerd was started with the new files: {reason}",) if reason else ()
