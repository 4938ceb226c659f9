"""Rehearse fixes on an overlay of the node: steps, one diff per file, and the forecast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.host.once import RecordingHost
from unshim.judge.diagnose import diagnose, diagnose_one
from unshim.judge.disturbs import disturbed_by
from unshim.model.checks import Check, Outcome, Result, Severity
from unshim.model.node import Node
from unshim.model.plan import FileDiff, Fix, Forecast, Plan, Refusal, Refused
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile
from unshim.model.values import FileText, Missing, Origin, Unknown
from unshim.plan.expect import expect, pending
from unshim.plan.overlay import OverlayHost
from unshim.plan.stale import facts_of
from unshim.releases.distributions import where_to_change
from unshim.text.escape import visible
from unshim.text.redact import redact_lines

_RESTART_ORDER = ("containerd.service", "docker.service", "kubelet.service")


@dataclass
class _Rehearsal:
    """A plan in the making: the overlay, and what was done to it."""

    overlay: OverlayHost
    steps: list[Step] = field(default_factory=list)
    done: list[Fix] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def node(self) -> Node:
        return expect(gather(self.overlay), self.steps)

    def take(self, fix: Fix, steps: Iterable[Step]) -> None:
        for step in steps:
            self.overlay.take(step)
            self.steps.append(step)
        self.done.append(fix)


def make_plan(
    host: Host, checks: Sequence[Check], fixes: Sequence[Fix], check_ids: Sequence[str]
) -> Plan:
    """The plan that cures these checks, or every error and warning that can be cured where none is
    named. Reads the node once; writes nothing and runs nothing that writes."""
    base = RecordingHost(host)
    before = gather(base)
    results = diagnose(before, checks)
    wanted = _wanted(results, fixes, check_ids)
    rehearsal = _Rehearsal(OverlayHost(base))
    for fix in wanted:
        _rehearse(rehearsal, fix, checks)
    after_files = diagnose(gather(rehearsal.overlay), checks)
    after = diagnose(rehearsal.node(), checks)
    steps = merged(rehearsal.steps)
    restarts = any(isinstance(s, RestartUnit) and "containerd" in s.unit for s in steps)
    return Plan(
        node=before.machine.name,
        fixes=tuple(rehearsal.done),
        refusals=tuple(rehearsal.refusals),
        steps=steps,
        diffs=tuple(diff_of(s) for s in steps if isinstance(s, WriteFile)),
        forecast=_forecast(results, after_files, after, rehearsal.done),
        disturbs=disturbed_by(rehearsal.done, steps),
        hashes=_hashes(base, steps, results, rehearsal.done),
        facts=facts_of(before) if steps else {},
        warnings=pending(before) if restarts else (),
    )


def _wanted(results: Sequence[Result], fixes: Sequence[Fix], check_ids: Sequence[str]) -> list[Fix]:
    """The fixes to rehearse: of the named checks in their order, else of every error and warning,
    those that disturb least first. What is only information is cured when it is named."""
    failing = {r.check.id: r.severity for r in results if r.outcome is Outcome.FAIL}
    if check_ids:
        return [f for name in check_ids for f in fixes if f.check_id == name and name in failing]
    hurting = {name for name, severity in failing.items() if severity is not Severity.INFO}
    return sorted((f for f in fixes if f.check_id in hurting), key=lambda f: f.disturbs.rank)


def _rehearse(rehearsal: _Rehearsal, fix: Fix, checks: Sequence[Check]) -> None:
    """Try one fix on the overlay as the fixes before it left it."""
    check = next((c for c in checks if c.id == fix.check_id), None)
    node = rehearsal.node()
    if check is None or diagnose_one(node, check).outcome is not Outcome.FAIL:
        return
    manager = node.machine.manager
    if manager:
        reason = f"{manager} writes this node's files itself and would take the change back"
        rehearsal.refusals.append(Refusal(fix, reason, (f"change {where_to_change(manager)}",)))
        return
    try:
        steps = list(fix.run(node))
    except Refused as refused:
        rehearsal.refusals.append(Refusal(fix, refused.reason, refused.by_hand))
        return
    except Unknown as unknown:
        reason = f"not enough is known to do it safely: {unknown.missing.reason}"
        rehearsal.refusals.append(Refusal(fix, reason, (check.remedy,)))
        return
    if not _cures(rehearsal, check, steps):
        reason = "it would not cure what was found on this node"
        rehearsal.refusals.append(Refusal(fix, reason, (check.remedy,)))
        return
    rehearsal.take(fix, steps)


def _cures(rehearsal: _Rehearsal, check: Check, steps: list[Step]) -> bool:
    """Whether the check falls silent after these steps: a fix that does not is not offered."""
    trial = rehearsal.overlay.copy()
    for step in steps:
        trial.take(step)
    after = expect(gather(trial), [*rehearsal.steps, *steps])
    return diagnose_one(after, check).outcome is not Outcome.FAIL


def merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in the order they are carried out: files, systemd, images, restarts; each file and
    each restart once."""
    files: dict[str, WriteFile] = {}
    others: list[Step] = []
    for step in steps:
        if isinstance(step, WriteFile):
            first = files.get(step.path, step)
            files[step.path] = WriteFile(step.path, first.before, step.after, first.mode)
        elif step not in others:
            others.append(step)
    writes = [f for f in files.values() if f.before != f.after]
    reloads = [s for s in others if isinstance(s, ReloadSystemd)]
    shares = [s for s in others if isinstance(s, ShareImage)]
    restarts = sorted(
        (s for s in others if isinstance(s, RestartUnit)),
        key=lambda s: _RESTART_ORDER.index(s.unit) if s.unit in _RESTART_ORDER else 9,
    )
    return (*writes, *reloads, *shares, *restarts)


def diff_of(step: WriteFile) -> FileDiff:
    """A unified diff of one file, secrets removed; no other text of the file leaves."""
    import difflib

    def lines(data: bytes | None) -> list[str]:
        text = (data or b"").decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        return text.removesuffix("\n").split("\n") if text else []

    diff = difflib.unified_diff(
        lines(step.before),
        lines(step.after),
        "/dev/null" if step.before is None else step.path,
        "/dev/null" if step.after is None else step.path,
        lineterm="",
    )
    shown = redact_lines(list(diff))
    return FileDiff(visible(step.path), tuple(map(_visible_but_tabs, shown)))


def _visible_but_tabs(line: str) -> str:
    return "\t".join(map(visible, line.split("\t")))


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


def _hashes(
    host: Host, steps: Iterable[Step], results: Iterable[Result], done: Iterable[Fix]
) -> dict[str, str]:
    """sha256 of every file that is written or that the cured findings rest on, "" for absent."""
    cured = {f.check_id for f in done}
    paths = {s.path for s in steps if isinstance(s, WriteFile)}
    for result in results:
        if result.check.id in cured:
            paths |= {
                e.source.where
                for finding in result.findings
                for e in finding.evidence
                if e.source
                and e.source.origin in (Origin.FILE, Origin.FLAG, Origin.UNIT)
                and e.source.where.startswith("/")
            }
    return {path: digest for path in sorted(paths) if (digest := _hash(host, path)) is not None}


def _hash(host: Host, path: str) -> str | None:
    found = host.read(path)
    if isinstance(found, Missing):
        return None
    return hashlib.sha256(found.data).hexdigest() if isinstance(found, FileText) else ""
