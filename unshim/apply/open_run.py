"""The run on this machine that is not at its end, of which every look tells first."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import journal
from unshim.model import states
from unshim.model.disturbs import Disturbs
from unshim.model.runs import Run

OPEN = (
    states.RUNNING,
    states.UNFINISHED,
    states.APPLIED,
    states.WAITING,
    states.BROKEN,
    *states.LOST,
)
"""States in which a run waits for its worker, or for a person."""


def open_run(state: Path = journal.STATE) -> Run | None:
    """The newest of them; None where every run is at its end, or none may be seen."""
    for folder in journal.folders(state):
        now = journal.state_of(folder)
        if now in OPEN:
            try:
                return journal.run_of(folder)
            except (OSError, ValueError):  # its plan cannot be read, but it is not at its end
                return Run(folder.name, 0.0, "", (), (), now, Disturbs.NOTHING)
    return None
