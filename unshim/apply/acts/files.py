"""Replace, create or remove one file atomically, and only if it is what the plan saw.

The replacement is compare-and-swap: renameat2(2) exchanges the new file with whatever stands
there, and what comes out is compared with what was expected; another writer's change is put back.
"""

from __future__ import annotations

import base64
import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from unshim.apply.disk import flush_folder
from unshim.apply.failures import Stale, Unsafe
from unshim.model.nouns import NamedTuple

_EXCHANGE, _NOREPLACE = 2, 1


class Before(NamedTuple):
    """What stood at a path: whether it did, its bytes, owner, mode, xattrs, and the folders that
    had to be made for it."""

    existed: bool
    data: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    xattrs: Mapping[str, bytes] = MappingProxyType({})
    made: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        packed = {k: base64.b64encode(v).decode() for k, v in self.xattrs.items()}
        return {**self._asdict(), "data": base64.b64encode(self.data).decode(), "xattrs": packed}

    @staticmethod
    def from_json(item: Mapping[str, Any]) -> Before:
        return Before(
            **{
                **item,
                "data": base64.b64decode(item["data"]),
                "xattrs": {k: base64.b64decode(v) for k, v in item["xattrs"].items()},
                "made": tuple(item["made"]),
            }
        )


def look(path: str) -> Before:
    """What stands at `path` (a symlink is followed).

    Raises:
        Unsafe: no regular file, more than one hard link, or a folder others may write to.
    """
    real = Path(os.path.realpath(path))
    check_folders(real)
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return Before(False, made=_missing_folders(real))
    except OSError as error:
        raise Unsafe(f"{path}: {error.strerror}") from None
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Unsafe(f"{path} is not a regular file")
        if status.st_nlink > 1:
            raise Unsafe(f"{path} has {status.st_nlink} hard links; a replacement would part them")
        names = os.listxattr(handle)
        xattrs = {name: os.getxattr(handle, name) for name in names}
        mode = stat.S_IMODE(status.st_mode)
        return Before(True, stream.read(), mode, status.st_uid, status.st_gid, xattrs)


def _missing_folders(real: Path) -> tuple[str, ...]:
    missing = []
    folder = real.parent
    while not folder.exists():
        missing.append(str(folder))
        folder = folder.parent
    return tuple(reversed(missing))


def check_folders(real: Path) -> None:
    """Nobody but root may write to a folder on the way: it could be swapped under us."""
    for folder in real.parents:
        try:
            status = folder.stat()
        except FileNotFoundError:
            continue
        loose = status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX
        if status.st_uid not in (0, os.geteuid()) or loose:
            raise Unsafe(f"{folder} can be written to by others than root")


def write(path: str, before: Before, after: Before, tag: str) -> None:
    """Make `path` what `after` says, if it is what `before` says. Durable when it returns.

    Raises:
        Stale: it is not what `before` says; it is left as it is.
        Unsafe, OSError: it could not be done; the file is left as it is.
    """
    real = Path(os.path.realpath(path))
    if not after.existed:
        _remove(real, before, tag)
        return
    for made in before.made:
        Path(made).mkdir(mode=0o755, exist_ok=True)
        flush_folder(Path(made).parent)
    temporary = real.with_name(f".unshim-{tag}~")
    try:
        _fill(temporary, after)
        if before.existed:
            _exchange(temporary, real, before, path)
        else:
            _place(temporary, real, path)
    finally:
        temporary.unlink(missing_ok=True)
    flush_folder(real.parent)


def _fill(temporary: Path, after: Before) -> None:
    """The new file under its temporary name, whole and on disk. Owner, then xattrs, then mode:
    changing the owner clears capabilities and set-id bits."""
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(temporary, flags, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(after.data)
        stream.flush()
        os.fchown(handle, after.uid, after.gid)
        for name, value in after.xattrs.items():
            os.setxattr(handle, name, value)
        os.fchmod(handle, after.mode)
        os.fsync(handle)


def _exchange(temporary: Path, real: Path, before: Before, path: str) -> None:
    if not _renameat2(temporary, real, _EXCHANGE):
        _weaker_exchange(temporary, real, before, path)
        return
    if not _same(temporary, before):
        _renameat2(temporary, real, _EXCHANGE)
        raise Stale(f"{path} was changed by somebody else")


def _weaker_exchange(temporary: Path, real: Path, before: Before, path: str) -> None:
    """Without renameat2 (kernels before 3.15, some network file systems): compare, then rename."""
    if not _same(real, before):
        raise Stale(f"{path} was changed by somebody else")
    temporary.replace(real)


def _place(temporary: Path, real: Path, path: str) -> None:
    try:
        if not _renameat2(temporary, real, _NOREPLACE):
            os.link(temporary, real)
    except FileExistsError:
        raise Stale(f"{path} was made by somebody else") from None


def _remove(real: Path, before: Before, tag: str) -> None:
    aside = real.with_name(f".unshim-{tag}~")
    if not before.existed:
        return
    real.rename(aside)
    if not _same(aside, before):
        aside.rename(real)
        raise Stale(f"{real} was changed by somebody else")
    aside.unlink()
    flush_folder(real.parent)


def sweep(path: str, tag: str, old: bytes, new: bytes) -> None:
    """Remove what a killed write left beside `path`: the old file, or the new one, whole or not.
    Anything else is another writer's, and stays. Raises: OSError."""
    left = Path(os.path.realpath(path)).with_name(f".unshim-{tag}~")
    try:
        data = left.read_bytes()
    except FileNotFoundError:
        return
    if data == old or new.startswith(data):
        left.unlink()


def remove_folders(made: tuple[str, ...]) -> None:
    """Take back folders that were made, those that are empty."""
    for folder in reversed(made):
        try:
            Path(folder).rmdir()
        except OSError:
            return
        flush_folder(Path(folder).parent)


def _same(place: Path, before: Before) -> bool:
    try:
        return place.read_bytes() == before.data
    except OSError:
        return False


def _renameat2(source: Path, target: Path, flags: int) -> bool:
    """False where this kernel or file system has no such call. Raises: OSError."""
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
