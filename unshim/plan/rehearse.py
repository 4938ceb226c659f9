"""Rehearse fixes on a picture of the node: steps, one diff per file, and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.host.once import RecordingHost
from unshim.judge.diagnose import diagnose, diagnose_one
from unshim.judge.disturbs import disturbed_by
from unshim.judge.registered import node_name
from unshim.model.checks import Check, Outcome, Result, Severity
from unshim.model.plan import Fix, Forecast, Made, Note, Plan, PodsStay, Refusal, Refused, steps_in
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.model.values import Unknown
from unshim.plan.basis import facts_of, hashes_of
from unshim.plan.diff import diff_of
from unshim.plan.left import left
from unshim.plan.order import merged
from unshim.plan.pictures.expect import pending
from unshim.plan.pictures.node import Pictured, pictured
from unshim.releases.distributions import where_to_change


@dataclass
class _Rehearsal:
    """A plan in the making: the node as the fixes so far leave it, and what they do.

    The node that shows that a fix cures is the one that the next fix is tried on, so that each
    fix costs one gather, and one that is refused or not needed none.
    """

    base: Host
    now: Pictured
    steps: tuple[Step, ...] = ()
    done: list[Fix] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    disturbing: list[Fix] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    written_for: dict[str, list[str]] = field(default_factory=dict)
    titled: dict[str, Fix] = field(default_factory=dict)

    def refuse(self, fix: Fix, reason: str, *by_hand: str, then: tuple[str, ...] = ()) -> None:
        self.refusals.append(Refusal(fix, reason, by_hand, then))

    def accept(self, fix: Fix, after: Pictured, steps: tuple[Step, ...]) -> None:
        self.now, self.steps = after, steps
        if fix not in self.done:
            self.done.append(fix)

    def note(self, fix: Fix, made: Sequence[Made]) -> None:
        """What the steps of an accepted fix are for, and what it has to say."""
        self.titled[fix.id] = fix.titled(made)
        self.disturbing += [] if PodsStay() in made else [fix]
        for one in made:
            if isinstance(one, Note):
                self.notes += [one] * (one not in self.notes)
            elif isinstance(one, WriteFile):
                checks = self.written_for.setdefault(one.path, [])
                checks += [fix.check_id] * (fix.check_id not in checks)


def make_plan(
    host: Host, checks: Sequence[Check], fixes: Sequence[Fix], check_ids: Sequence[str]
) -> Plan:
    """The plan that cures these checks, or every error and warning that can be cured where none is
    named. Reads the node once; writes nothing and runs nothing that writes."""
    base = RecordingHost(host)
    before = gather(base)
    results = diagnose(before, checks)
    rehearsal = _Rehearsal(base, Pictured(before, before))
    for fix in _choose_fixes(results, fixes, check_ids):
        _rehearse(rehearsal, fix, checks)
    after = diagnose(rehearsal.now.node, checks)
    for fix in _hurting_again(results, after, rehearsal.done):
        _rehearse(rehearsal, fix, checks)
        after = diagnose(rehearsal.now.node, checks)
    after_files = after
    if rehearsal.now.by_files is not rehearsal.now.node:
        after_files = diagnose(rehearsal.now.by_files, checks)
    steps = rehearsal.steps
    restarts = any(isinstance(s, RestartUnit) and "containerd" in s.unit for s in steps)
    return Plan(
        node=before.machine.name,
        registered=node_name(before),
        fixes=tuple(rehearsal.titled[fix.id] for fix in rehearsal.done),
        refusals=tuple(rehearsal.refusals),
        steps=steps,
        diffs=tuple(
            diff_of(s)._replace(checks=tuple(rehearsal.written_for.get(s.path, ())))
            for s in steps
            if isinstance(s, WriteFile)
        ),
        forecast=_forecast(results, after_files, after, rehearsal.done),
        disturbs=disturbed_by(rehearsal.disturbing, steps),
        hashes=hashes_of(base, steps, results, rehearsal.done),
        facts=facts_of(before) if steps else {},
        warnings=pending(before) if restarts else (),
        notes=tuple(rehearsal.notes),
        left=left(results, fixes, check_ids),
    )


def _choose_fixes(
    results: Sequence[Result], fixes: Sequence[Fix], check_ids: Sequence[str]
) -> list[Fix]:
    """The fixes to rehearse: of the named checks in their order, else of every error and warning,
    those that disturb least first. What is only information is cured when it is named."""
    failing = {r.check.id: r.severity for r in results if r.outcome is Outcome.FAIL}
    if check_ids:
        return [f for name in check_ids for f in fixes if f.check_id == name and name in failing]
    hurting = {name for name, severity in failing.items() if severity is not Severity.INFO}
    return sorted((f for f in fixes if f.check_id in hurting), key=lambda f: f.disturbs.rank)


def _rehearse(rehearsal: _Rehearsal, fix: Fix, checks: Sequence[Check]) -> None:
    """Try one fix on the node as the fixes before it left it."""
    check = next((c for c in checks if c.id == fix.check_id), None)
    node = rehearsal.now.node
    if check is None:
        return
    found = diagnose_one(node, check)
    if found.outcome is not Outcome.FAIL:
        return
    manager = node.machine.manager
    if manager:
        reason = f"{manager} writes this node's files itself and would revert the change"
        rehearsal.refuse(fix, reason, f"change {where_to_change(manager)}")
        return
    made: list[Made] = []
    try:
        made.extend(fix.run(node))
    except Refused as refused:
        titled = fix.titled(made)
        first = refused.first
        if refused.waits and rehearsal.done:
            first = (f"unshim apply {' '.join(f.check_id for f in rehearsal.done)}",)
        if first:
            then = (f"unshim apply {fix.check_id}", *refused.after)
            rehearsal.refuse(titled, refused.reason, *first, then=then)
        else:
            rehearsal.refuse(titled, refused.reason, *refused.by_hand)
        return
    except Unknown as unknown:
        reason = f"not enough is known to do it safely: {unknown.missing.reason}"
        rehearsal.refuse(fix, reason, check.remedy)
        return
    steps = merged([*rehearsal.steps, *steps_in(made)])
    after = pictured(rehearsal.base, steps)
    if not _better(found, diagnose_one(after.node, check)):
        rehearsal.refuse(fix, "it would not fix what was found on this node", check.remedy)
        return
    rehearsal.accept(fix, after, steps)
    rehearsal.note(fix, made)


def _better(found: Result, after: Result) -> bool:
    """Whether what was found is gone, or what is left of it weighs less: flags that stop a kubelet
    are cured though others are noted, which the move takes."""
    if after.outcome is not Outcome.FAIL:
        return after.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    if found.severity is None or after.severity is None:
        return False
    return after.severity.rank < found.severity.rank


def _hurting_again(
    before: Sequence[Result], after: Sequence[Result], done: Sequence[Fix]
) -> tuple[Fix, ...]:
    """The fixes whose checks fail again after those that followed: a move changes what is wanted.
    What hurt and is left as information is not tried again. Whether checks were named does not
    count: who applies a plan names what it cures."""
    noted = {r.check.id for r in before if r.severity is Severity.INFO}
    again = {
        r.check.id
        for r in after
        if r.outcome is Outcome.FAIL and (r.severity is not Severity.INFO or r.check.id in noted)
    }
    return tuple(f for f in done if f.check_id in again)


def _forecast(
    before: Sequence[Result],
    after_files: Sequence[Result],
    after: Sequence[Result],
    done: Sequence[Fix],
) -> tuple[Forecast, ...]:
    """Each check that is cured, or that comes out differently afterwards, severities included."""
    cured = {f.check_id for f in done}
    return tuple(
        Forecast(
            old.check.id,
            old.outcome,
            new.outcome,
            expected=(new.outcome, new.findings) != (by_files.outcome, by_files.findings),
            severity_after=new.severity,
            severity_before=old.severity,
            finding=_worst(new),
        )
        for old, by_files, new in zip(before, after_files, after, strict=True)
        if old.check.id in cured or (old.outcome, old.severity) != (new.outcome, new.severity)
    )


def _worst(result: Result) -> str:
    """What will be wrong, in the words of the finding that hurts most; "" for nothing."""
    for finding in result.findings:
        if (finding.severity or result.check.severity) is result.severity:
            return finding.summary
    return ""
