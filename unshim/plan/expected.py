"""What a run is to come to, and what was before it: noted before the first step, as JSON for the
process that looks at the node again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from unshim.model.checks import Outcome, Severity
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Disturbs, Plan
from unshim.model.session import Look
from unshim.plan.pods_again import Place, Running, is_stopped, ran


class Came(NamedTuple):
    """What a check came to; no severity where nothing failed."""

    outcome: Outcome
    severity: Severity | None = None


class Expected(NamedTuple):
    """`before` is what each check came to, `forecast` what those come to that the plan speaks of,
    `cured` the checks of its fixes.

    `pods` is what ran in each place of a static pod, where the plan disturbs pods; `stopped` is
    whether the kubelet did not run.
    """

    cured: tuple[str, ...]
    before: Mapping[str, Came]
    forecast: Mapping[str, Came]
    disturbs: Disturbs
    pods: Running
    stopped: bool


def expected_of(plan: Plan, before: Look) -> Expected:
    """What is expected of a plan, on the node as it was looked at before its first step."""
    pods = plan.disturbs.rank >= Disturbs.KUBELET.rank
    return Expected(
        cured=tuple(f.check_id for f in plan.fixes),
        before={r.check.id: Came(r.outcome, r.severity) for r in before.results},
        forecast={f.check_id: Came(f.after, f.severity_after) for f in plan.forecast},
        disturbs=plan.disturbs,
        pods=ran(before.node, time.time()) if pods else {},
        stopped=is_stopped(before.node),
    )


def to_json(expected: Expected) -> dict[str, Any]:
    """As a plan's folder holds it."""
    return {
        "cured": list(expected.cured),
        "before": _came_to_json(expected.before),
        "forecast": _came_to_json(expected.forecast),
        "disturbs": expected.disturbs.value,
        "pods": [[*place, sorted(ids)] for place, ids in sorted(expected.pods.items())],
        "stopped": expected.stopped,
    }


def from_json(saved: Mapping[str, Any]) -> Expected:
    """Raises: KeyError, TypeError, ValueError for what `to_json` did not write."""
    return Expected(
        cured=tuple(saved["cured"]),
        before=_came_from_json(saved["before"]),
        forecast=_came_from_json(saved["forecast"]),
        disturbs=Disturbs(saved["disturbs"]),
        pods={Place(*place): frozenset(ids) for *place, ids in saved["pods"]},
        stopped=bool(saved["stopped"]),
    )


def _came_to_json(came: Mapping[str, Came]) -> dict[str, list[str | None]]:
    return {name: [one.outcome.value, one.severity] for name, one in came.items()}


def _came_from_json(saved: Mapping[str, Any]) -> dict[str, Came]:
    return {
        name: Came(Outcome(outcome), None if severity is None else Severity(severity))
        for name, (outcome, severity) in saved.items()
    }
