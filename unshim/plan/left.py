"""What a plan leaves as it is, said so that none is taken for cured or for well."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.plan import Fix, Left

_BLIND = (Outcome.UNKNOWN, Outcome.ERROR)


def left(results: Sequence[Result], fixes: Sequence[Fix], named: Sequence[str]) -> tuple[Left, ...]:
    """Of the named checks those that no fix is tried for; where none is named, those that could
    not be evaluated, and those that hurt, have no fix and come of nothing else."""
    curable = {fix.check_id for fix in fixes}
    stays = [r for r in results if r.outcome is not Outcome.FAIL or r.check.id not in curable]
    if named:
        stays = [r for r in stays if r.check.id in named]
    else:
        stays = [r for r in stays if r.outcome in _BLIND or _hurts(r)]
    return tuple(_left(r, asked=bool(named)) for r in stays)


def _hurts(result: Result) -> bool:
    caused = all(finding.caused_by for finding in result.findings)
    return result.severity in (Severity.ERROR, Severity.WARNING) and not caused


def _left(result: Result, asked: bool) -> Left:
    words = result.check.remedy if result.outcome is Outcome.FAIL else result.reason
    return Left(result.check.id, result.outcome, result.severity, words, asked)
