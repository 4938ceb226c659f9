"""Rehearse fixes on a picture of the node: steps, one diff per file, and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.host.once import RecordingHost
from unshim.judge.diagnose import diagnose, diagnose_one
from unshim.judge.disturbs import disturbed_by
from unshim.model.checks import Check, Outcome, Result, Severity
from unshim.model.plan import Fix, Forecast, Plan, Refusal, Refused
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.model.values import Unknown
from unshim.plan.basis import facts_of, hashes_of
from unshim.plan.diff import diff_of
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

    def refuse(self, fix: Fix, reason: str, *by_hand: str) -> None:
        self.refusals.append(Refusal(fix, reason, by_hand))


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
    after_files = after
    if rehearsal.now.by_files is not rehearsal.now.node:
        after_files = diagnose(rehearsal.now.by_files, checks)
    steps = rehearsal.steps
    restarts = any(isinstance(s, RestartUnit) and "containerd" in s.unit for s in steps)
    return Plan(
        node=before.machine.name,
        fixes=tuple(rehearsal.done),
        refusals=tuple(rehearsal.refusals),
        steps=steps,
        diffs=tuple(diff_of(s) for s in steps if isinstance(s, WriteFile)),
        forecast=_forecast(results, after_files, after, rehearsal.done),
        disturbs=disturbed_by(rehearsal.done, steps),
        hashes=hashes_of(base, steps, results, rehearsal.done),
        facts=facts_of(before) if steps else {},
        warnings=pending(before) if restarts else (),
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
    if check is None or diagnose_one(node, check).outcome is not Outcome.FAIL:
        return
    manager = node.machine.manager
    if manager:
        reason = f"{manager} writes this node's files itself and would revert the change"
        rehearsal.refuse(fix, reason, f"change {where_to_change(manager)}")
        return
    try:
        steps = merged([*rehearsal.steps, *fix.run(node)])
    except Refused as refused:
        rehearsal.refuse(fix, refused.reason, *refused.by_hand)
        return
    except Unknown as unknown:
        reason = f"not enough is known to do it safely: {unknown.missing.reason}"
        rehearsal.refuse(fix, reason, check.remedy)
        return
    after = pictured(rehearsal.base, steps)
    if diagnose_one(after.node, check).outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        rehearsal.refuse(fix, "it would not fix what was found on this node", check.remedy)
        return
    rehearsal.now, rehearsal.steps = after, steps
    rehearsal.done.append(fix)


def _forecast(
    before: Sequence[Result],
    after_files: Sequence[Result],
    after: Sequence[Result],
    done: Sequence[Fix],
) -> tuple[Forecast, ...]:
    """Each check that is cured, or that comes out differently afterwards."""
    cured = {f.check_id for f in done}
    return tuple(
        Forecast(
            old.check.id,
            old.outcome,
            new.outcome,
            expected=(new.outcome, new.findings) != (by_files.outcome, by_files.findings),
            severity_after=new.severity,
            severity_before=old.severity,
        )
        for old, by_files, new in zip(before, after_files, after, strict=True)
        if old.check.id in cured or old.outcome is not new.outcome
    )
