"""A run set aside as a person asks for it: the way out where it can be neither read nor undone."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import forget, journal, lock
from unshim.apply.trust import distrust
from unshim.model import states
from unshim.model.session import Applied, Ended
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.tell import runs


def to_forget(run: str, state: Path = journal.STATE) -> Path | Missing:
    """The folder of a run that may be set aside. Missing, with the reason, for one that is going
    on or waits, and where there is none. Raises: OSError."""
    if strange := distrust(state):
        return Missing(strange)
    folder = undo.named(run, state)
    if isinstance(folder, Missing):
        return folder
    now = journal.state_of(folder)
    if now in (states.RUNNING, states.WAITING):
        return Missing(f"{runs.means(run, now)}; first: {', or '.join(undo.ways(folder, now))}")
    return folder


def forget_run(run: str, state: Path = journal.STATE, held: Path = lock.LOCK) -> Applied:
    """Set a run aside, while nobody else applies or undoes."""
    try:
        with lock.taken(held):
            folder = to_forget(run, state)
            if isinstance(folder, Missing):
                return Applied(Ended.REFUSED, "", (folder.reason,))
            now = journal.state_of(folder)
            aside = forget.forget(folder)
    except (lock.Locked, OSError) as error:
        return Applied(Ended.REFUSED, "", (str(error),))
    return Applied(
        Ended.DONE, "", (f"Run {runs.number(folder.name)} is in {aside} now.", *_stays(now))
    )


def _stays(state: str) -> tuple[str, ...]:
    return (
        ()
        if state in states.ENDED
        else ("What it changed stays as it is; what was there before is in that folder.",)
    )
