"""Runs carried out and undone in this process, as the worker does in its own."""

from __future__ import annotations

from pathlib import Path

from unshim.apply import work
from unshim.apply.journal import Journal
from unshim.apply.recover import undo


def apply(run: Path) -> int:
    """How it ends, as the worker's exit code."""
    with Journal(run) as journal:
        return work.apply(run, journal)


def take_back(run: Path) -> int:
    """How the undo ends, as the worker's exit code."""
    with Journal(run) as journal:
        return undo(run, journal)
