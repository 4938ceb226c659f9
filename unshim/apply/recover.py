"""End what was cut off: a run whose worker died is taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unshim.apply.journal import PASSING, Journal, plan_of, records
from unshim.apply.work import APPLIED, INCOMPLETE, REFUSED, UNDONE, take_back

_ENDED = {"applied": APPLIED, "verified": APPLIED, "undone": UNDONE, "broken": INCOMPLETE}
KILLED = "the worker was killed"


def recover(folder: Path) -> int:
    """Take a run back that was cut off; one that ended stays as it is. Returns what its worker
    would have. Raises: OSError, ValueError."""
    last = _last(folder)
    if last is None or last.get("refused"):
        if last is None:
            Journal(folder).add("failed", reason=KILLED, refused=True)
        return REFUSED
    if _has_ended(folder, last["state"]):
        return _ENDED[last["state"]]
    journal = Journal(folder)
    journal.add_if_possible("failed", reason=KILLED)
    return take_back(folder, journal)


def _has_ended(folder: Path, state: str) -> bool:
    looks = plan_of(folder).get("expected") is not None
    return state in _ENDED and not (state == "applied" and looks)


def _last(folder: Path) -> dict[str, Any] | None:
    """The last record that says how a run is as a whole."""
    return next((r for r in reversed(records(folder)) if r["state"] not in PASSING), None)
