"""A run that goes on while a look was taken: somebody else began it, or a screen that is gone."""

from __future__ import annotations

from tui.messages import Seen


def going_on(seen: Seen) -> bool:
    """Whether a worker was at it."""
    run = seen.verdict.open_run
    return run is not None and run.state == "running"
