"""One sign and one ink for one meaning, in every report and on every screen. Never colour alone."""

from __future__ import annotations

from unshim.model.checks import Outcome, Result, Severity
from unshim.model.session import HopState
from unshim.tell.lines import Ink, Part

ERROR: Part = ("✗", Ink.ERROR)
WARNING: Part = ("!", Ink.WARNING)
NOTE: Part = ("i", Ink.NOTE)
PASS: Part = ("✓", Ink.PASS)
UNKNOWN: Part = ("?", Ink.ACCENT)
NOT_APPLICABLE: Part = ("–", Ink.DIM)

MEANINGS = (
    (ERROR, "error: broken now, or breaks at the next step"),
    (WARNING, "warning: hurts sooner or later"),
    (NOTE, "note: good to know"),
    (PASS, "passes"),
    (UNKNOWN, "could not be checked: neither good nor bad"),
    (NOT_APPLICABLE, "does not apply to this node"),
)

_SEVERITY = {Severity.ERROR: ERROR, Severity.WARNING: WARNING, Severity.INFO: NOTE}
_OUTCOME = {
    Outcome.PASS: PASS,
    Outcome.UNKNOWN: UNKNOWN,
    Outcome.ERROR: UNKNOWN,
    Outcome.NOT_APPLICABLE: NOT_APPLICABLE,
}
_HOP = {
    HopState.FINE: Ink.STRONG,
    HopState.BROKEN: Ink.ERROR,
    HopState.WARNED: Ink.WARNING,
    HopState.IDLE: Ink.DIM,
    HopState.UNKNOWN: Ink.DIM,
}


def of(outcome: Outcome, severity: Severity | None) -> Part:
    """The sign of an outcome; of its severity where it failed."""
    if outcome is Outcome.FAIL:
        return _SEVERITY[severity or Severity.ERROR]
    return _OUTCOME[outcome]


def of_result(result: Result) -> Part:
    """The sign of what a check came to."""
    return of(result.outcome, result.severity)


def of_hop(state: HopState) -> Ink:
    """The ink of a hop and of what is noted on it."""
    return _HOP[state]


def of_severity(severity: Severity | None) -> Part:
    """The sign of the worst there is; that of a pass where there is nothing."""
    return _SEVERITY[severity] if severity else PASS
