"""The JSON report. Its schema, schema.json beside this file, is a public contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unshim import __version__
from unshim.model.checks import Check, Evidence, Finding, Result
from unshim.model.node import Node
from unshim.model.plan import Fix
from unshim.model.session import Run, SubjectCount
from unshim.model.values import Missing, Setting
from unshim.report.formats import Contents
from unshim.report.json_text import indented

SCHEMA_VERSION = "1.2"


def as_json(contents: Contents) -> str:
    """The report as one JSON document, ASCII, keys in a fixed order, ending in a line feed.

    Everything that differs between runs on equal nodes stands under `run`.
    """
    look, verdict = contents.look, contents.verdict
    by_check = {fix.check_id: fix for fix in contents.fixes}
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "unshim", "version": __version__},
        "node": _node(look.node),
        "summary": {
            "sentence": verdict.sentence,
            "standing": verdict.standing.value,
            "worst": verdict.worst.value if verdict.worst else None,
            "counts": _counts(verdict.counts),
            "could_not_look": verdict.could_not_look,
            "left_out": verdict.left_out,
            "open_run": _open_run(verdict.open_run),
        },
        "results": [_result(r, by_check.get(r.check.id)) for r in look.results],
        "run": {"seconds": round(look.seconds, 3), **contents.run},
    }
    return indented(document) + "\n"


def _open_run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"id": run.id, "state": run.state, "checks": list(run.fixes)}


def _node(node: Node) -> dict[str, Any]:
    machine = node.machine
    cgroup = machine.cgroup_version
    return {
        "name": machine.name,
        "os": machine.os,
        "kernel": machine.kernel,
        "architecture": machine.architecture,
        "cgroup_version": None if isinstance(cgroup, Missing) else cgroup,
        "managed_by": machine.manager or None,
        "runtime": _setting(node.runtime),
        "versions": {
            name: _setting(part if isinstance(part, Missing) else part.version)
            for name, part in (
                ("kubelet", node.kubelet),
                ("containerd", node.containerd),
                ("docker", node.docker),
                ("crictl", node.crictl),
            )
        },
    }


def _setting(fact: Setting[Any] | Missing) -> dict[str, Any]:
    if isinstance(fact, Missing):
        return {"value": None, "source": None, "missing": fact.reason}
    return {"value": str(fact.value), "source": str(fact.source), "missing": None}


def _counts(count: SubjectCount) -> dict[str, int]:
    return {
        "error": count.errors,
        "warning": count.warnings,
        "info": count.notes,
        "pass": count.passed,
        "unknown": count.unknown,
        "not-applicable": count.not_applicable,
        "broken": count.broken,
    }


def _result(result: Result, fix: Fix | None) -> dict[str, Any]:
    check = result.check
    severity = result.severity
    return {
        "id": check.id,
        "subject": check.subject,
        "title": check.title,
        "outcome": result.outcome.value,
        "severity": severity.value if severity else None,
        "highest_severity": check.severity.value,
        "reason": result.reason or None,
        "findings": [_finding(f, check) for f in result.findings],
        "remedy": check.remedy,
        "fix": {"id": fix.id, "disturbs": fix.disturbs.value} if fix else None,
    }


def _finding(finding: Finding, check: Check) -> dict[str, Any]:
    return {
        "summary": finding.summary,
        "severity": (finding.severity or check.severity).value,
        "hurts": finding.hurts,
        "caused_by": finding.caused_by or None,
        "evidence": [_evidence(e) for e in finding.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    source = evidence.source
    return {
        "what": evidence.what,
        "value": evidence.value,
        "expected": evidence.expected or None,
        "source": {"kind": source.origin.value, "where": source.where, "line": source.line}
        if source
        else None,
    }


def checks_as_json(checks: Iterable[Check], fixes: Iterable[Fix]) -> str:
    """`unshim list --json`."""
    by_check = {fix.check_id: fix for fix in fixes}
    rows = [
        {
            "id": check.id,
            "subject": check.subject,
            "title": check.title,
            "severity": check.severity.value,
            "remedy": check.remedy,
            "fix": {"id": fix.id, "title": fix.title, "disturbs": fix.disturbs.value}
            if (fix := by_check.get(check.id))
            else None,
        }
        for check in checks
    ]
    return indented({"schema_version": SCHEMA_VERSION, "checks": rows}) + "\n"
