"""A place in memory where nodes are made, of which nothing stays."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash import calls, spaces
from tests.lab import packages

PROGRAMS = Path(__file__).parent / "programs"


def why_not() -> str:
    """Why no worker can be killed here at each of its calls, "" where it can."""
    return calls.why_not() or packages.why_not() or ""


@contextmanager
def theatre() -> Iterator[Path]:
    """A folder that only this process and its children see, with the stand-ins in `programs`."""
    spaces.mounts_of_ones_own()
    top = Path(tempfile.mkdtemp(prefix="unshim-crash-"))
    spaces.mount("crash", top, "tmpfs", "mode=755")
    try:
        shutil.copytree(PROGRAMS, top / "programs", symlinks=True)
        yield top
    finally:
        os.chdir("/")
        spaces.unmount(top)
        top.rmdir()
