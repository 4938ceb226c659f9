"""Walls around a process: a view of this machine of its own, in which a plan's files stand in their
places and nothing else can be changed; no network; and all it starts ends with it.

Namespaces of the kernel, private to the process and what it starts: nothing is seen outside.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import stat
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from unshim.model.nouns import NamedTuple

_NEW_MOUNTS, _NEW_IPC, _NEW_PIDS, _NEW_NET = 0x20000, 0x8000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _REMOUNT, _BIND, _REC, _PRIVATE = 0x1, 0x2, 0x20, 0x1000, 0x4000, 0x40000
_PDEATHSIG = 1
_COPIED = 1 << 20
"""Bytes up to which a file beside a new one is copied; larger ones are seen through a mount."""


class Post(NamedTuple):
    """A file as a plan leaves it; `data` None: it is gone."""

    path: str
    data: bytes | None
    mode: int = 0o644


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _done(code: int, what: str) -> None:
    if code:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def _mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    words = (source.encode(), os.fsencode(target), kind.encode())
    _done(_libc().mount(*words, ctypes.c_ulong(flags), data.encode()), target)


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    _libc().prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def behind(act: Callable[[], int]) -> int:
    """Run `act` behind walls, in a process of its own; its exit code.

    Raises:
        OSError: no walls can be put up here.
    """
    flags = _NEW_MOUNTS | _NEW_IPC | _NEW_PIDS | _NEW_NET
    _done(_libc().unshare(flags), "unshare")
    first = os.fork()  # the first process of the new namespace: what it leaves ends with it
    if first:
        return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    code = 70
    try:
        end_with_parent()
        _put_up()
        code = act()
        sys.stdout.flush()
    except OSError as error:
        sys.stderr.write(f"{error.filename or 'mount'}: {error.strerror}\n")
    finally:
        os._exit(code)


def _put_up() -> None:
    _mount("none", "/", flags=_REC | _PRIVATE)
    for place in _mounts():
        try:
            _mount("none", place, flags=_REMOUNT | _BIND | _READ_ONLY)
        except OSError:  # hidden by another mount, or dead
            if os.access(place, os.W_OK):
                raise
    _mount("proc", "/proc", "proc")
    _bring_loopback_up()


def _mounts() -> list[str]:
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    names = (line.split()[4].decode("unicode_escape").encode("latin-1") for line in lines)
    return [os.fsdecode(name) for name in names]


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sh14x", b"lo", 1)
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS, IFF_UP
    for family in ("ipv4", "ipv6"):  # an address of the machine's can be listened at here too
        with suppress(OSError):
            Path(f"/proc/sys/net/{family}/ip_nonlocal_bind").write_text("1")


class View:
    """The files as a process behind walls sees them: it writes to what it put there, and to nothing
    else."""

    def __init__(self) -> None:
        self._own: set[int] = set()

    def lay_out(self, posts: Iterable[Post]) -> None:
        """Put a plan's files where they shall stand. Raises: OSError."""
        for post in posts:
            real = Path(os.path.realpath(post.path))
            self.make_writable(real.parent)
            if post.data is None:
                real.unlink(missing_ok=True)
                continue
            real.parent.mkdir(parents=True, exist_ok=True)
            real.write_bytes(post.data)
            real.chmod(post.mode)

    def make_writable(self, folder: Path) -> None:
        """Stand a copy in for a folder, or for the nearest above it that there is. Raises:
        OSError."""
        folder = Path(os.path.realpath(folder))
        while not folder.is_dir():
            folder = folder.parent
        if folder.stat().st_dev not in self._own:
            self.stand_in(folder)

    def stand_in(self, folder: Path, *, without: Iterable[str] = ()) -> None:
        """A folder in memory that has all that this one has, but for these names, which are empty
        folders. Folders in it are the old ones, which cannot be written. Raises: OSError."""
        status = folder.stat()
        old = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.hide(folder, stat.S_IMODE(status.st_mode))
            for name in without:
                (folder / name).mkdir()
            with os.scandir(f"/proc/self/fd/{old}") as entries:
                for entry in entries:
                    if entry.name not in without:
                        _stand_in_one(entry, folder / entry.name)
        finally:
            os.close(old)

    def hide(self, folder: Path, mode: int = 0o755) -> None:
        """An empty folder in memory over this one. Raises: OSError."""
        _mount("tmpfs", str(folder), "tmpfs", _NO_SUID, f"mode={mode:o},size=256m")
        self._own.add(folder.stat().st_dev)


def _stand_in_one(entry: os.DirEntry[str], target: Path) -> None:
    if entry.is_symlink():
        target.symlink_to(os.readlink(entry.path))
    elif entry.is_dir():
        target.mkdir()
        _mount(entry.path, str(target), flags=_BIND | _REC)
    elif entry.is_file() and entry.stat().st_size <= _COPIED:
        shutil.copy(entry.path, target)
    elif entry.is_file():
        target.touch()
        _mount(entry.path, str(target), flags=_BIND)
