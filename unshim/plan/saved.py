"""A plan saved to read, to review and to apply later. It holds no file's text but its diff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from unshim.apply.kinds import commands_of
from unshim.model.plan import Plan
from unshim.plan.stale import Basis, fingerprint

FORMAT = 1


class PlanFileError(Exception):
    """A file that is not a saved plan: one line, what is wrong with it."""


def dumps(plan: Plan) -> str:
    """The plan as JSON. Its steps are held as a hash: applying makes the plan again and refuses
    where anything came out differently."""
    document = {
        "format": FORMAT,
        "kind": "unshim plan",
        "node": plan.node,
        "checks": [f.check_id for f in plan.fixes],
        "disturbs": plan.disturbs.value,
        "diffs": [{"path": d.path, "lines": list(d.lines)} for d in plan.diffs],
        "commands": list(commands_of(plan.steps)),
        "forecast": [
            {
                "check": f.check_id,
                "before": f.before.value,
                "after": f.after.value,
                "expected": f.expected,
                "severity_before": f.severity_before,
                "severity_after": f.severity_after,
                "finding": f.finding,
            }
            for f in plan.forecast
        ],
        "refused": [
            {
                "check": r.fix.check_id,
                "reason": r.reason,
                "by_hand": list(r.by_hand),
                "then": list(r.then),
            }
            for r in plan.refusals
        ],
        "hashes": dict(plan.hashes),
        "facts": dict(plan.facts),
        "steps": fingerprint(plan),
    }
    return json.dumps(document, indent=2) + "\n"


def loads(text: str) -> dict[str, Any]:
    """A saved plan's document. Raises: PlanFileError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise PlanFileError("it is not JSON") from None
    if not isinstance(document, dict) or document.get("kind") != "unshim plan":
        raise PlanFileError("it is not a plan saved by unshim")
    if document.get("format") != FORMAT:
        raise PlanFileError("it was saved by another release of unshim; make it again")
    checks = document.get("checks")
    if not isinstance(checks, list) or not all(isinstance(c, str) for c in checks):
        raise PlanFileError("its list of checks is not as it should be")
    for key in ("hashes", "facts"):
        if not isinstance(document.get(key), dict):
            raise PlanFileError(f"its {key} are not as they should be")
    if not isinstance(document.get("refused"), list):
        raise PlanFileError("its list of refused fixes is not as it should be")
    return document


def basis_in(document: Mapping[str, Any]) -> Basis:
    """What a saved plan rests on."""
    return Basis(
        str(document.get("node")), document["hashes"], document["facts"], str(document.get("steps"))
    )
