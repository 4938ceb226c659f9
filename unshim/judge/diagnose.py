"""(node, checks) -> Results. A check that cannot know is unknown; a broken one is error."""

from __future__ import annotations

from collections.abc import Iterable

from unshim.judge.phase import phase_of
from unshim.model.checks import Check, Outcome, Phase, Result, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.values import Unknown, Why, known, present


def out_of_scope(node: Node, check: Check) -> str:
    """Why a check does not apply to this node, "" where it does.

    Raises:
        Unknown: the scope rests on a fact that is Missing.
    """
    scope = check.scope
    if scope.kubelet:
        kubelet = known(node.kubelet)
        here = kubelet.unit or kubelet.binary or kubelet.process
        runtime = present(node.runtime) if here else known(node.runtime)
        if runtime and runtime.value is Runtime.NONE:
            return "this node has no kubelet"
    if scope.phases:
        phase = known(phase_of(node))
        if phase not in scope.phases:
            return f"has a meaning only {' or '.join(_WORDS[p] for p in scope.phases)}"
    if scope.needs_containerd or scope.containerd is not None:
        containerd = known(node.containerd)
        if containerd.binary is None and not containerd.process and not known(containerd.program):
            return "there is no containerd here"
        if scope.containerd is not None:
            return _outside_lines(node, scope.containerd)
    return ""


_WORDS = {
    Phase.BEFORE_MIGRATION: "before the migration, while pods run through Docker",
    Phase.ON_CONTAINERD: "once the kubelet uses containerd",
}


def _outside_lines(node: Node, lines: tuple[tuple[int, int] | None, tuple[int, int] | None]) -> str:
    version = known(known(node.containerd).version).value
    first, last = lines
    if first is not None and version.line < first:
        return f"concerns containerd {first[0]}.{first[1]} and later, this is {version}"
    if last is not None and version.line > last:
        return f"concerns containerd up to {last[0]}.{last[1]}, this is {version}"
    return ""


def diagnose_one(node: Node, check: Check) -> Result:
    """What one check comes to on this node."""
    try:
        reason = out_of_scope(node, check)
        if reason:
            return Result(check, Outcome.NOT_APPLICABLE, reason=reason)
        findings = tuple(check.run(node))
        if any(f.follows not in (None, *check.follows) for f in findings):
            raise LookupError("it follows a check that it does not declare to follow")
    except Unknown as unknown:
        outcomes = {Why.AT_REST: Outcome.NOT_APPLICABLE, Why.BROKEN: Outcome.ERROR}
        outcome = outcomes.get(unknown.missing.why, Outcome.UNKNOWN)
        return Result(check, outcome, reason=unknown.missing.reason)
    except Exception as broken:  # a broken check must show as broken, never as a pass
        return Result(check, Outcome.ERROR, reason=f"{type(broken).__name__} in the check itself")
    return Result(check, Outcome.FAIL if findings else Outcome.PASS, findings)


def weight(result: Result) -> tuple[int, int, int, str]:
    """What sorts first: severe, a root cause, what the rest stands on."""
    severity = result.severity or Severity.INFO
    caused = all(f.follows for f in result.findings)
    return (-severity.rank, int(caused), result.check.rank.value, result.check.id)


def diagnose(node: Node, checks: Iterable[Check]) -> tuple[Result, ...]:
    """What each check comes to on this node, in the checks' own order."""
    return tuple(diagnose_one(node, check) for check in checks)
