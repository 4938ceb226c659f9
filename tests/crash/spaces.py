"""Namespaces and mounts, by the C library alone."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEWNS, _NEWPID = 0x00020000, 0x20000000
_BIND, _REC, _PRIVATE = 4096, 16384, 1 << 18


def _done(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mounts_of_ones_own() -> None:
    """What this process mounts from now on, nobody else sees, and it goes with it."""
    _done(_LIBC.unshare(_NEWNS), "unshare")
    _done(_LIBC.mount(b"none", b"/", None, _REC | _PRIVATE, None), "mount / private")


def processes_of_their_own() -> None:
    """The next child is the first process of a namespace: with it, all in it end."""
    _done(_LIBC.unshare(_NEWPID), "unshare")


def bind(source: Path, target: Path) -> None:
    """Let `target` be `source`."""
    call = _LIBC.mount(os.fsencode(source), os.fsencode(target), None, _BIND, None)
    _done(call, f"bind {target}")


def mount(source: str, target: Path, kind: str, options: str = "", flags: int = 0) -> None:
    """mount(2)."""
    data = options.encode() or None
    call = _LIBC.mount(source.encode(), os.fsencode(target), kind.encode(), flags, data)
    _done(call, f"mount {target} ({kind})")


def unmount(target: Path) -> None:
    """umount(2)."""
    _done(_LIBC.umount2(os.fsencode(target), 0), f"unmount {target}")
