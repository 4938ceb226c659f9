"""Opening a node's files without being harmed by what stands at a path.

Every path is first opened with O_PATH, which neither blocks on a FIFO nor starts a device, and is
looked at; only a regular file is then opened to be read, through its descriptor, so that nothing
can be put in its place in between.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from unshim.host.host import READ_LIMIT, Kind, Stat
from unshim.model.values import FileText, Missing, Why
from unshim.text.escape import visible

LIST_LIMIT = 20_000
"""Names a folder may have; a larger one is Missing, not cut short."""

_READ = os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
_WORDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a symlink"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

Opener = Callable[[str], int]
"""Opens a path of the node with O_PATH, following symlinks as the node would; raises OSError."""


def open_here(path: str) -> int:
    """The opener of the machine itself."""
    return os.open(path, os.O_PATH | os.O_CLOEXEC)


@contextmanager
def _open(opener: Opener, path: str) -> Iterator[int]:
    descriptor = opener(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def failure(path: str, error: OSError) -> Missing | None:
    """What a failed look comes to: None where there is nothing, else Missing with the reason."""
    label = visible(path)
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return None
        case errno.EACCES | errno.EPERM:
            whom = "" if os.geteuid() == 0 else "not root: "
            return Missing(f"{whom}{label} may not be read", Why.NOT_PERMITTED)
        case errno.ELOOP:
            return Missing(f"the symlinks of {label} lead round in a circle")
        case errno.EAGAIN:
            return Missing(f"{label} gives nothing without waiting")
        case code:
            return Missing(f"{label}: {os.strerror(code or 0)}")


def read(opener: Opener, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
    """The regular file at `path`; None where there is none."""
    if "\0" in path:
        return Missing(f"{visible(path)} is not a path")
    try:
        with _open(opener, path) as descriptor:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Missing(f"{visible(path)} is {_kind_name(status.st_mode)}, not a file")
            if status.st_size > limit:
                return Missing(f"{visible(path)} is larger than {limit} bytes")
            data = _bytes(descriptor, limit)
    except OSError as error:
        return failure(path, error)
    if data is None:
        return Missing(f"{visible(path)} is larger than {limit} bytes")
    mode = stat.S_IMODE(status.st_mode)
    return FileText(path, data, mode, status.st_uid, status.st_gid, status.st_mtime)


def descriptor_of(opener: Opener, path: str) -> int | None | Missing:
    """The regular file at `path`, open to be read piece by piece; None where there is none."""
    if "\0" in path:
        return Missing(f"{visible(path)} is not a path")
    try:
        with _open(opener, path) as descriptor:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                return Missing(f"{visible(path)} is {_kind_name(mode)}, not a file")
            return os.open(f"/proc/self/fd/{descriptor}", _READ)
    except OSError as error:
        return failure(path, error)


def _bytes(descriptor: int, limit: int) -> bytes | None:
    """Everything behind an O_PATH descriptor of a regular file; None when it is over `limit`."""
    readable = os.open(f"/proc/self/fd/{descriptor}", _READ)
    try:
        parts = []
        left = limit + 1
        while left > 0 and (part := os.read(readable, min(left, 1 << 18))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts) if left > 0 else None
    finally:
        os.close(readable)


def look(opener: Opener, path: str) -> Stat | None | Missing:
    """What stands at `path` after symlinks."""
    if "\0" in path:
        return Missing(f"{visible(path)} is not a path")
    try:
        with _open(opener, path) as descriptor:
            status = os.fstat(descriptor)
    except OSError as error:
        return failure(path, error)
    return Stat(
        _kind(status.st_mode),
        stat.S_IMODE(status.st_mode),
        status.st_uid,
        status.st_gid,
        status.st_size,
        status.st_mtime,
    )


def names(opener: Opener, path: str) -> tuple[str, ...] | None | Missing:
    """The sorted names in the folder at `path`; None where there is none."""
    if "\0" in path:
        return Missing(f"{visible(path)} is not a path")
    try:
        with _open(opener, path) as descriptor:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                return Missing(f"{visible(path)} is not a folder")
            return _list(descriptor, path)
    except OSError as error:
        return failure(path, error)


def _list(descriptor: int, path: str) -> tuple[str, ...] | Missing:
    readable = os.open(f"/proc/self/fd/{descriptor}", _READ | os.O_DIRECTORY)
    try:
        names: list[str] = []
        with os.scandir(readable) as entries:
            for entry in entries:
                if len(names) == LIST_LIMIT:
                    return Missing(f"{visible(path)} holds more than {LIST_LIMIT} names")
                names.append(entry.name)
        return tuple(sorted(names))
    finally:
        os.close(readable)


def real(opener: Opener, path: str, root: str = "/") -> str | None | Missing:
    """`path` with every symlink followed, as a path below `root`."""
    if "\0" in path:
        return Missing(f"{visible(path)} is not a path")
    try:
        with _open(opener, path) as descriptor:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError as error:
        return failure(path, error)
    if root == "/":
        return target
    if target == root:
        return "/"
    if not target.startswith(root + "/"):
        return Missing(f"{visible(path)} leads out of {visible(root)}")
    return target[len(root) :]


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.DIRECTORY
    return Kind.SOCKET if stat.S_ISSOCK(mode) else Kind.OTHER


def _kind_name(mode: int) -> str:
    return next((kind for test, kind in _WORDS if test(mode)), "something else")
