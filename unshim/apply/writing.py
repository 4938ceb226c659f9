"""A journal as its one writer has it: open, locked, with space for what is still to come."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from unshim.apply.disk import LIMIT, open_regular
from unshim.apply.records import Damaged, line_of, mark, scan, spare_of

PATIENCE = 30.0
"""Seconds that a writer waits for the one before it, and for whoever looks whether one is."""


class Journal:
    """Appends to a run's journal. Each record is on disk before `add` returns.

    A torn last line is cut off. Until it is closed nobody else writes to it, and its run is one
    that is going on.

    Raises:
        OSError: it cannot be opened, or somebody else writes to it.
        Damaged: it is not as unshim left it, or its run's folder may be somebody else's doing.
    """

    def __init__(self, folder: Path) -> None:
        from unshim.apply.trust import untrusted  # dear, and whoever only reads writes nothing

        if strange := untrusted(folder.parent.parent, folder):
            raise Damaged(strange)
        self.folder = folder
        self._file = os.fdopen(open_regular(folder / "journal", os.O_RDWR), "r+b", buffering=0)
        try:
            self._lock()
            data = _all(self._file.fileno())
            found = scan(data)
            if found.damage:
                raise Damaged(found.damage)
            self._next, self._end, self._size = len(found.records) + 1, found.end, len(data)
            self._soiled = found.end + found.torn
            self._spare = spare_of(int(found.head["steps"]))
            if found.lost:
                self.add("cut", bytes=found.torn)
        except BaseException:
            self._file.close()
            raise

    def add(self, state: str, **more: Any) -> None:
        """Append a record. With `prepared` the space for all that may follow is set aside.

        Raises: OSError when the record cannot reach the disk, or that space cannot be had.
        """
        line = line_of(self._next, {"state": state, "at": round(time.time(), 3), **more})
        after = self._end + len(line)
        self._reserve(after + (self._spare if state == "prepared" else 1))
        rest = bytes(max(0, self._soiled - after))  # of a line that did not reach the disk whole
        self._soiled = max(self._soiled, after)
        handle = self._file.fileno()
        _write(handle, self._end, line + rest)
        _write(handle, *mark(self._next))
        os.fsync(handle)
        self._next, self._end, self._soiled = self._next + 1, after, after

    def add_if_possible(self, state: str, **more: Any) -> None:
        """Append while undoing, which goes on even where the disk does not take a line."""
        with suppress(OSError):
            self.add(state, **more)

    def _reserve(self, size: int) -> None:
        if size > self._size:
            os.posix_fallocate(self._file.fileno(), 0, size)
            os.fsync(self._file.fileno())  # so that a power cut never shortens it
            self._size = size

    def _lock(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    path = str(self.folder / "journal")
                    raise OSError(errno.EBUSY, "somebody else writes to it", path) from None
            time.sleep(0.01)

    def close(self) -> None:
        """Let others write."""
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read(folder: Path) -> tuple[bytes, bool]:
    """A journal's bytes, and whether its writer is at work. Raises: OSError."""
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "its folder is a symlink", str(folder / "journal"))
    handle = open_regular(folder / "journal", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return _all(handle), False
    except BlockingIOError:
        return _all(handle), True
    finally:
        os.close(handle)


def _all(handle: int) -> bytes:
    """What is in a file, as far as a journal may go. Raises: OSError."""
    size = os.fstat(handle).st_size
    if size > LIMIT:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), "journal")
    return os.pread(handle, size, 0)


def _write(handle: int, at: int, data: bytes) -> None:
    if os.pwrite(handle, data, at) != len(data):
        raise OSError(errno.EIO, "the journal could not be written whole")
