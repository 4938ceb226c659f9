"""A run set aside: the way out where it can be neither read nor undone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from unshim.apply import boot, guard
from unshim.apply.codec import CodecError
from unshim.apply.disk import flush_folder, make_folder
from unshim.apply.journal import ASIDE, Journal, records
from unshim.apply.task import Task


def forget(folder: Path) -> Path:
    """Move a run's folder to where nothing looks for runs; where it is then. The node stays as it
    is, and nothing watches over the run any more. Raises: OSError."""
    aside = folder.parent.parent / ASIDE
    make_folder(aside)
    with suppress(OSError, ValueError, CodecError):
        _settle(folder)
    target = aside / folder.name
    folder.rename(target)
    flush_folder(aside)
    flush_folder(folder.parent)
    if guard.possible(folder):
        guard.disarm(folder, guard.REVERT, guard.CONFIRM, guard.FINISH)
    if boot.stands(folder):
        boot.lift(folder)
    return target


def _settle(folder: Path) -> None:
    """Drop what was kept beside its files for an undo. Raises: OSError, ValueError, CodecError."""
    with Journal(folder) as journal:
        for line in records(folder):
            if line["state"] == "prepared":
                former = tuple(was or {} for was in line.get("before", ()))
                Task.of(folder, journal).settle(former)
