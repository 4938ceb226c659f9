"""Two names exchanged in one act, and a name that takes no other's place."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_EXCHANGE, _NOREPLACE = 2, 1


def exchange(one: Path, other: Path) -> bool:
    """Let each name stand for what the other stood for; False where this kernel or file system
    cannot (kernels before 3.15, some network file systems). Raises: OSError."""
    return _renameat2(one, other, _EXCHANGE)


def move(source: Path, target: Path) -> None:
    """Rename, unless something has that name already.

    Raises:
        FileExistsError: it has; nothing was changed.
        OSError: it could not be done.
    """
    if not _renameat2(source, target, _NOREPLACE):
        os.link(source, target)
        source.unlink()


def _renameat2(source: Path, target: Path, flags: int) -> bool:
    import ctypes  # dear, and only a write needs it

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    done = call(-100, os.fsencode(source), -100, os.fsencode(target), flags)
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, os.strerror(number), str(target))
