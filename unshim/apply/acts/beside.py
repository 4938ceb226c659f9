"""What lies beside a file while a run replaces it, under names that nothing on a node loads.

`.unshim-TAG-new~` is ours while it is written, whole or not. `.unshim-TAG~` is either ours and
whole, and not in place yet, or what came out of the place: the very file that stood there, kept
until the run is verified, so that putting it back needs no space.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from unshim.apply.acts import files, renames
from unshim.apply.acts.files import Before
from unshim.apply.disk import flush_folder
from unshim.apply.failures import Unsafe
from unshim.model.nouns import NamedTuple

_KERNELS = ("security.selinux", "security.ima", "security.evm")
"""Xattrs that the kernel gives each file by itself, and lets nobody remove."""
_PATIENCE = 1.0
"""Seconds that a writer who has a file open may take to end."""


def kept(real: Path, tag: str) -> Path:
    """Where what came out of `real` is kept."""
    return real.with_name(f".unshim-{tag}~")


def _fresh(place: Path) -> Path:
    return place.with_name(f"{place.name[:-1]}-new~")


def fill(place: Path, after: Before, *, inherits: bool = False) -> Before:
    """Our new file at `place`, whole and on disk before it has that name; as it is then. Where it
    `inherits`, xattrs that its folder gives to new files stay.

    Raises: OSError; FileExistsError where something lies there.
    """
    fresh = _fresh(place)
    sweep(place)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(fresh, flags, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(after.data)
            stream.flush()
            _dress(handle, after, inherits)
            ours = files.told(handle, after.data)
        renames.move(fresh, place)
    finally:
        sweep(place)
    return ours


def dress(place: Path, like: Before) -> Before:
    """Give what lies there the owner, xattrs and mode of another; as it is then. Raises: Unsafe,
    OSError."""
    handle = files.opened(place)
    if handle is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
    with os.fdopen(handle, "rb") as stream:
        _dress(handle, like, False)
        return files.told(handle, stream.read())


def _dress(handle: int, like: Before, inherits: bool) -> None:
    """Owner, then xattrs, then mode: changing the owner clears capabilities and set-id bits."""
    os.fchown(handle, like.uid, like.gid)
    for name in os.listxattr(handle):
        if name not in (*like.xattrs, *_KERNELS) and not inherits:
            os.removexattr(handle, name)
    for name, value in like.xattrs.items():
        os.setxattr(handle, name, value)
    os.fchmod(handle, like.mode)
    os.fsync(handle)


def sweep(place: Path) -> None:
    """Remove what a killed `fill` left: it never stood anywhere. Raises: OSError."""
    _fresh(place).unlink(missing_ok=True)


class Held(NamedTuple):
    """A file that is held open, and whether by a lease: who opens it to write waits then."""

    handle: int
    leased: bool


def is_still(place: Path, expected: Before) -> bool:
    """Whether what lies there is this, and nobody is about to write to it."""
    with quiet(place) as held:
        return held is not None and files.is_as(held.handle, expected)


def is_it(place: Path, held: Held, expected: Before) -> bool:
    """Whether what lies there is the file that is held, as expected, and nobody has begun to write
    to it meanwhile."""
    try:
        same = os.path.samestat(os.lstat(place), os.fstat(held.handle))
    except FileNotFoundError:
        return False
    return same and files.is_as(held.handle, expected) and not _is_awaited(held)


def drop(place: Path, expected: Before) -> bool:
    """Remove what lies there if it is this, and nobody is about to write to it; whether nothing
    lies there now. Raises: OSError."""
    return _drop(place, lambda handle: files.is_as(handle, expected))


def drop_bytes(place: Path, *expected: Before) -> bool:
    """The same for what has the bytes of one of these, whoever owns it."""
    data = [one.data for one in expected if one.existed]
    return _drop(place, lambda handle: any(files.holds(handle, each) for each in data))


def _drop(place: Path, ours: Callable[[int], bool]) -> bool:
    if not os.path.lexists(place):
        return True
    with quiet(place) as held:
        if held is None or not ours(held.handle) or _is_awaited(held):
            return False
        place.unlink()
        flush_folder(place.parent)
    return True


@contextmanager
def quiet(place: Path) -> Iterator[Held | None]:
    """A file that nobody has open for writing; who opens it meanwhile waits. None where there is no
    such file, or a writer does not end.

    By a lease, see fcntl(2). Where a file system gives none, writers are not seen.
    """
    try:
        handle = files.opened(place)
    except Unsafe:
        handle = None
    if handle is None:
        yield None
        return
    try:
        leased = _lease(handle)
        if not leased and _are_given(place.parent):
            leased = _lease(handle, _PATIENCE)
            yield Held(handle, True) if leased else None
        else:
            yield Held(handle, leased)
    finally:
        os.close(handle)


def _lease(handle: int, patience: float = 0) -> bool:
    fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # is ignored, where SIGIO would end us
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            if error.errno != errno.EAGAIN or time.monotonic() >= end:
                return False
            time.sleep(0.002)
        else:
            return True


def _are_given(folder: Path) -> bool:
    """Whether there are leases in this folder: network file systems refuse them as a file system
    does for a file that is written to. One for a file of our own tells."""
    probe = folder / f".unshim-lease-{os.getpid()}~"
    flags = os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(probe, flags, 0o600)
    try:
        probe.unlink()
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def _is_awaited(held: Held) -> bool:
    """Whether somebody waits for our lease to end, to write: it is to become another then."""
    if not held.leased:
        return False
    try:
        fcntl.fcntl(held.handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False
