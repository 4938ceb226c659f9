"""What is on disk, and not only promised."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

LIMIT = 1 << 27
"""Bytes that nothing has which unshim writes."""


def flush_folder(folder: Path) -> None:
    """Put a folder's names on disk. Raises: OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder for its owner alone, its name on disk, unless it is there. Raises: OSError."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    flush_folder(folder.parent)


def open_regular(path: Path, flags: int) -> int:
    """A descriptor of a file; never waits for what is no file. Raises: OSError."""
    handle = os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return handle


def read_regular(path: Path) -> bytes:
    """A file's bytes; never waits for what is no file, and takes none that no memory can hold.
    Raises: OSError."""
    with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as stream:
        if os.fstat(stream.fileno()).st_size > LIMIT:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return stream.read()


def write_new(path: Path, data: bytes) -> None:
    """A new file for its owner alone, whole and on disk when it returns, else not there; its name
    is on disk once the folder is flushed. Raises: OSError, where something stands there too."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace(path: Path, data: bytes) -> None:
    """Let `path` be a file with this data, for its owner alone: the whole or what stood there.
    Raises: OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}~")
    write_new(temporary, data)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
