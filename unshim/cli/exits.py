"""Exit codes: an interface of their own. One module owns them; docs/exit-codes.md says them."""

from __future__ import annotations

from collections.abc import Iterable

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.session import Ended

CLEAN = 0
FINDINGS = 1
USAGE = 2
NOT_EVALUATED = 3
UNDONE = 4
INCOMPLETE = 5
REFUSED = 6
INTERRUPTED = 130

NEVER = "never"

OF_ENDED = {
    Ended.DONE: CLEAN,
    Ended.NOTHING: CLEAN,
    Ended.UNDONE: UNDONE,
    Ended.INCOMPLETE: INCOMPLETE,
    Ended.REFUSED: REFUSED,
}


def of_results(results: Iterable[Result], fail_on: str) -> int:
    """1 for findings at or above `fail_on`, 3 where a check that reaches it is not evaluated."""
    if fail_on == NEVER:
        return CLEAN
    bar = Severity(fail_on).rank
    code = CLEAN
    for result in results:
        if result.severity is not None and result.severity.rank >= bar:
            return FINDINGS
        if result.outcome in (Outcome.UNKNOWN, Outcome.ERROR) and result.check.severity.rank >= bar:
            code = NOT_EVALUATED
    return code


class UsageError(Exception):
    """Input that cannot be used: one line, what and where and what to do. Exit code 2."""
