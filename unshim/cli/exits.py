"""Exit codes: an interface of their own. One module owns them; docs/exit-codes.md says them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.session import Ended, Look

if TYPE_CHECKING:
    from unshim.model.plan import Plan

CLEAN = 0
FINDINGS = 1
USAGE = 2
NOT_EVALUATED = 3
UNDONE = 4
INCOMPLETE = 5
REFUSED = 6
INTERRUPTED = 130
READER_GONE = 141

NEVER = "never"

OF_ENDED = {
    Ended.DONE: CLEAN,
    Ended.NOTHING: CLEAN,
    Ended.UNDONE: UNDONE,
    Ended.INCOMPLETE: INCOMPLETE,
    Ended.REFUSED: REFUSED,
}


def of_look(look: Look, fail_on: str) -> int:
    """Of its results; 3 in the place of 0 where a change by unshim is not at its end."""
    code = of_results(look.results, fail_on)
    unsettled = look.open_run is not None and fail_on != NEVER
    return NOT_EVALUATED if unsettled and code == CLEAN else code


def of_results(results: Iterable[Result], fail_on: str) -> int:
    """1 for findings at or above `fail_on`, 3 where a check that reaches it is not evaluated, or
    unshim failed in any."""
    if fail_on == NEVER:
        return CLEAN
    bar = Severity(fail_on).rank
    code = CLEAN
    for result in results:
        if result.severity is not None and result.severity.rank >= bar:
            return FINDINGS
        unknown = result.outcome is Outcome.UNKNOWN and result.check.severity.rank >= bar
        if unknown or result.outcome is Outcome.ERROR:
            code = NOT_EVALUATED
    return code


def of_plan(plan: Plan) -> int:
    """What showing a plan comes to, and applying one without steps: 0 only where there is
    something to do, or all was seen and is well; what was named counts either way."""
    blind = [item for item in plan.left if item.outcome in (Outcome.UNKNOWN, Outcome.ERROR)]
    if plan.steps:
        return NOT_EVALUATED if any(item.asked for item in blind) else CLEAN
    failing = [item for item in plan.left if item.outcome is Outcome.FAIL]
    if plan.refusals or any(item.asked for item in failing):
        return REFUSED
    if failing:
        return FINDINGS
    return NOT_EVALUATED if blind else CLEAN


def cannot_do(plan: Plan) -> int:
    """How much of what a plan was asked for it cannot do: fixes that are refused, and named checks
    that have none or could not be evaluated."""
    well = (Outcome.PASS, Outcome.NOT_APPLICABLE)
    return len(plan.refusals) + sum(i.asked and i.outcome not in well for i in plan.left)


class UsageError(Exception):
    """Input that cannot be used: one line, what and where and what to do. Exit code 2."""
