"""A file as it stands: bytes, owner, mode, xattrs and links; and the folders on the way to it."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from unshim.apply.disk import flush_folder
from unshim.apply.failures import Unsafe
from unshim.model.nouns import NamedTuple


class Before(NamedTuple):
    """What stood at a path: whether it did, its bytes, owner, mode, xattrs and hard links, the
    folders that had to be made for it, and the file itself, `real`, where symlinks led."""

    existed: bool
    data: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    xattrs: Mapping[str, bytes] = MappingProxyType({})
    made: tuple[str, ...] = ()
    real: str = ""
    links: int = 1

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
    found = stands(real)
    if found is None:
        return Before(False, made=_missing_folders(real), real=str(real))
    if found.links > 1:
        raise Unsafe(f"{path} has {found.links} hard links; a replacement would part them")
    return found


def stands(place: Path) -> Before | None:
    """What stands at this very name, None for nothing. Raises: Unsafe for what is no file."""
    handle = opened(place)
    if handle is None:
        return None
    with os.fdopen(handle, "rb") as stream:
        return told(handle, stream.read())._replace(real=str(place))


def opened(place: Path) -> int | None:
    """A descriptor to read a regular file by, None where nothing is. Raises: Unsafe."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        handle = os.open(place, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unsafe(f"{place}: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unsafe(f"{place} is not a regular file")
    return handle


def told(handle: int, data: bytes) -> Before:
    """An open file that holds `data`. Raises: OSError."""
    status = os.fstat(handle)
    xattrs = {name: os.getxattr(handle, name) for name in os.listxattr(handle)}
    mode, links = stat.S_IMODE(status.st_mode), status.st_nlink
    return Before(True, data, mode, status.st_uid, status.st_gid, xattrs, links=links)


def holds(handle: int, data: bytes) -> bool:
    """Whether an open file holds these bytes; what is longer is not read. Raises: OSError."""
    if os.fstat(handle).st_size != len(data):
        return False
    return os.pread(handle, len(data) + 1, 0) == data


def is_as(handle: int, expected: Before) -> bool:
    """Whether an open file is as expected: bytes, owner, mode, xattrs and hard links. Raises:
    OSError."""
    if not holds(handle, expected.data):
        return False
    return told(handle, expected.data) == expected._replace(made=(), real="")


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


def _missing_folders(real: Path) -> tuple[str, ...]:
    missing = []
    folder = real.parent
    while not folder.exists():
        missing.append(str(folder))
        folder = folder.parent
    return tuple(reversed(missing))


def make_folders(missing: tuple[str, ...]) -> None:
    """Make folders, the outermost first, for everybody to look into. Raises: OSError."""
    for folder in map(Path, missing):
        if not folder.is_dir():
            folder.mkdir(mode=0o755)
            folder.chmod(0o755)  # whatever our umask is
            flush_folder(folder.parent)


def remove_folders(made: tuple[str, ...]) -> None:
    """Take back folders that were made, those that are empty; a run that was cut off may have made
    only the outer ones."""
    for folder in map(Path, reversed(made)):
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            return
        flush_folder(folder.parent)
