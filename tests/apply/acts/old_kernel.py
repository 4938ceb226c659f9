"""A kernel that refuses more, for what runs in a child of this process: one of before 3.15 has no
renameat2(2), and a network file system gives no leases."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import traceback
from collections.abc import Callable

_RENAMES = {"x86_64": 316, "aarch64": 276}
_FCNTL = {"x86_64": 72, "aarch64": 25}
KNOWN = platform.machine() in _RENAMES
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _END = 0x20, 0x15, 0x06
_COMMAND, _SETLEASE = 24, 1024
_REFUSED, _ALLOWED = 0x0005_0000, 0x7FFF_0000

_Code = tuple[tuple[int, int, int, int], ...]


def _no_renames() -> _Code:
    number = _RENAMES[platform.machine()]
    return ((_LOAD, 0, 0, 0), (_EQUAL, 0, 1, number), (_END, 0, 0, _REFUSED | errno.ENOSYS))


def _no_leases() -> _Code:
    number = _FCNTL[platform.machine()]
    return (
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 3, number),
        (_LOAD, 0, 0, _COMMAND),
        (_EQUAL, 0, 1, _SETLEASE),
        (_END, 0, 0, _REFUSED | errno.EAGAIN),
    )


def _filter(rules: _Code) -> None:
    code = (*rules, (_END, 0, 0, _ALLOWED))
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in code))
    head = struct.pack("HxxxxxxQ", len(code), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert libc.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(head), 0, 0) == 0


def there(act: Callable[[], None], *, leases: bool = True) -> bool:
    """Whether this holds in a child that has no renameat2, or without `leases` none of those; what
    it says goes to standard error."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        _filter(_no_renames() if leases else _no_leases())
        act()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
