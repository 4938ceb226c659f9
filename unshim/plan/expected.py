"""What a run is to come to, and what was before it: as JSON in the run's folder, for the process
that looks at the node again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from unshim.apply.turn import Probe
from unshim.model.checks import Outcome, Severity
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Disturbs
from unshim.plan.pods_again import Place, Running


class Came(NamedTuple):
    """What a check came to; no severity where nothing failed."""

    outcome: Outcome
    severity: Severity | None = None


class Expected(NamedTuple):
    """`before` is what each check came to, `forecast` what those come to that the plan speaks of,
    `cured` the checks of its fixes.

    `settles` is whether daemons have to settle afterwards; only then the rest counts. `pods` is
    what ran in each place of a pod, `of_pods` the ids of all that belonged to pods, `stopped`
    whether the kubelet did not run. `units` says what each unit is to be (see units_again.py),
    `containerd` how the one at `socket` was, None where nothing is asked of it, and `ends` names
    its namespaces in which the plan itself ends tasks. `healthy` is whether the kubelet was so by
    its own word.
    """

    cured: tuple[str, ...]
    before: Mapping[str, Came]
    forecast: Mapping[str, Came]
    disturbs: Disturbs
    settles: bool = False
    pods: Running = MappingProxyType({})
    of_pods: frozenset[str] = frozenset()
    stopped: bool = False
    units: Mapping[str, str] = MappingProxyType({})
    socket: str = ""
    containerd: Probe | None = None
    ends: tuple[str, ...] = ()
    healthy: bool = False


def to_json(expected: Expected) -> dict[str, Any]:
    """As a run's folder holds it."""
    return {
        **expected._asdict(),
        "before": _came_to_json(expected.before),
        "forecast": _came_to_json(expected.forecast),
        "disturbs": expected.disturbs.value,
        "pods": [[*place, sorted(ids)] for place, ids in sorted(expected.pods.items())],
        "of_pods": sorted(expected.of_pods),
        "units": dict(expected.units),
        "containerd": None if expected.containerd is None else dict(expected.containerd),
    }


def from_json(saved: Mapping[str, Any]) -> Expected:
    """Raises: KeyError, TypeError, ValueError for what `to_json` did not write."""
    return Expected(**{**saved, **_read(saved)})


def _read(saved: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that JSON has in another form."""
    forms: dict[str, Callable[[Any], Any]] = {
        "cured": tuple,
        "before": _came_from_json,
        "forecast": _came_from_json,
        "disturbs": Disturbs,
        "pods": lambda rows: {Place(*place): frozenset(ids) for *place, ids in rows},
        "of_pods": frozenset,
        "ends": tuple,
    }
    return {name: form(saved[name]) for name, form in forms.items() if name in saved}


def _came_to_json(came: Mapping[str, Came]) -> dict[str, list[str | None]]:
    return {name: [one.outcome.value, one.severity] for name, one in came.items()}


def _came_from_json(saved: Mapping[str, Any]) -> dict[str, Came]:
    return {
        name: Came(Outcome(outcome), None if severity is None else Severity(severity))
        for name, (outcome, severity) in saved.items()
    }
