"""Opening paths strictly beneath a folder, as though that folder were the root of its machine.

The kernel does it where it can (openat2(2) with RESOLVE_IN_ROOT, Linux 5.6); else every component
is opened by itself and symlinks are followed here. Both never leave the folder, whatever the tree
holds and whoever changes it meanwhile.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat

_OPENAT2 = 437  # the same number on every architecture but alpha
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_IN_ROOT = 0x10
_PATH = os.O_PATH | os.O_CLOEXEC
_LINK_LIMIT = 40  # as the kernel's own (path_resolution(7))
_RETRIES = 64


class _How(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


class Beneath:
    """Opens paths beneath `folder`, which is held open: what replaces it later does not matter.

    `kernel` False walks in any case.
    """

    def __init__(self, folder: str, *, kernel: bool = True) -> None:
        self._root = os.open(folder, _PATH | os.O_DIRECTORY)
        self._syscall = ctypes.CDLL(None, use_errno=True).syscall
        self._kernel = kernel and self._kernel_can()

    def __del__(self) -> None:
        root = getattr(self, "_root", -1)
        if root >= 0:
            os.close(root)

    @property
    def root(self) -> str:
        """Where the folder is now, as a path of this machine."""
        return os.readlink(f"/proc/self/fd/{self._root}")

    def open(self, path: str) -> int:
        """An O_PATH descriptor of what `path` means inside.

        Raises:
            OSError: as open(2).
        """
        return self._openat2(path) if self._kernel else self._walk(path)

    def _kernel_can(self) -> bool:
        try:
            os.close(self._openat2("/"))
        except OSError:
            # ENOSYS, or EPERM from a sandbox that does not know the call.
            return False
        return True

    def _openat2(self, path: str) -> int:
        name = os.fsencode(path)
        how = _How(_PATH, 0, _RESOLVE_IN_ROOT | _RESOLVE_NO_MAGICLINKS)
        for _ in range(_RETRIES):
            descriptor: int = self._syscall(
                _OPENAT2, self._root, name, ctypes.byref(how), ctypes.sizeof(how)
            )
            if descriptor >= 0:
                return descriptor
            code = ctypes.get_errno()
            # It gives up on `..` while anything is renamed anywhere, and may be asked again.
            if code not in (errno.EAGAIN, errno.EINTR):
                raise OSError(code, os.strerror(code), path)
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), path)

    def _walk(self, path: str) -> int:
        if len(os.fsencode(path)) >= 4096:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
        trail = [os.dup(self._root)]
        try:
            self._follow(trail, path)
            return trail.pop()
        finally:
            for descriptor in trail:
                os.close(descriptor)

    def _follow(self, trail: list[int], path: str) -> None:
        """Extend `trail`, the folders from the root to where we are, by `path`."""
        waiting = [*reversed(path.split("/"))]
        links = 0
        while waiting:
            name = waiting.pop()
            if not stat.S_ISDIR(os.fstat(trail[-1]).st_mode):
                raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            if name in ("", "."):
                continue
            if name == "..":
                if len(trail) > 1:
                    os.close(trail.pop())
                continue
            trail.append(os.open(name, _PATH | os.O_NOFOLLOW, dir_fd=trail[-1]))
            if not stat.S_ISLNK(os.fstat(trail[-1]).st_mode):
                continue
            links += 1
            if links > _LINK_LIMIT:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            target = os.readlink("", dir_fd=trail[-1])
            os.close(trail.pop())
            if target.startswith("/"):
                while len(trail) > 1:
                    os.close(trail.pop())
            waiting += reversed(target.split("/"))
