"""Whether what unshim keeps on a machine is root's alone: an undo acts on it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from unshim.apply.acts.files import check_folders
from unshim.apply.failures import Unsafe


def distrust(state: Path, *runs: Path) -> str:
    """Why nothing is done with these runs, and what leads out of that; "" where they are root's.
    Raises: OSError."""
    strange = untrusted(state, *runs)
    return strange and (
        f"{strange}: the runs in {state} may be somebody else's. See who changed what there, then "
        "give it back to root alone (chown, chmod go-w)"
    )


def untrusted(state: Path, *runs: Path) -> str:
    """Why the state folder, or what is in these runs' folders, may be somebody else's doing; "" for
    no reason. What does not exist is not. Raises: OSError."""
    try:
        check_folders(state)
    except Unsafe as unsafe:
        return str(unsafe)
    inside = (path for run in runs for path in (run, *_within(run)))
    return next((why for p in (state, state / "tx", *inside) if (why := _strange(p))), "")


def _within(run: Path) -> list[Path]:
    try:
        return sorted(run.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _strange(path: Path) -> str:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(status.st_mode):
        return f"{path} is a symlink"
    if status.st_uid not in (0, os.geteuid()):
        return f"{path} belongs to uid {status.st_uid}, not to root"
    if status.st_mode & 0o022:
        return f"{path} can be written to by others than root"
    return ""
