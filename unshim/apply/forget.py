"""A run set aside: the way out where it can be neither read nor undone."""

from __future__ import annotations

from pathlib import Path

from unshim.apply.disk import flush_folder, make_folder

ASIDE = "forgotten"


def forget(folder: Path) -> Path:
    """Move a run's folder to where nothing looks for runs; where it is then. The node stays as it
    is. Raises: OSError."""
    aside = folder.parent.parent / ASIDE
    make_folder(aside)
    target = aside / folder.name
    folder.rename(target)
    flush_folder(aside)
    flush_folder(folder.parent)
    return target
