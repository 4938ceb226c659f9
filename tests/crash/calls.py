"""System calls that change something, stopped before they are done: seccomp's user notification.

Whoever answers a notice lets the call happen, lets it fail with an error of its own, or kills who
made it. Filters go on to children. Nothing of this needs ptrace, or a program.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import struct
from typing import NamedTuple

_X86 = """
write=1 pwrite64=18 writev=20 sendfile=40 fsync=74 fdatasync=75 truncate=76 ftruncate=77
rename=82 mkdir=83 rmdir=84 link=86 unlink=87 symlink=88 chmod=90 fchmod=91 chown=92
fchown=93 lchown=94 sync=162 setxattr=188 lsetxattr=189 fsetxattr=190 removexattr=197
lremovexattr=198 fremovexattr=199 mkdirat=258 fchownat=260 unlinkat=263 renameat=264
linkat=265 symlinkat=266 fchmodat=268 utimensat=280 fallocate=285 syncfs=306
renameat2=316 copy_file_range=326 openat=257 open=2
"""
_ARM = """
setxattr=5 lsetxattr=6 fsetxattr=7 removexattr=14 lremovexattr=15 fremovexattr=16
mkdirat=34 unlinkat=35 symlinkat=36 linkat=37 renameat=38 truncate=45 ftruncate=46
fallocate=47 fchmod=52 fchmodat=53 fchownat=54 fchown=55 openat=56 write=64 writev=66
pwrite64=68 sendfile=71 sync=81 fsync=82 fdatasync=83 utimensat=88 syncfs=267
renameat2=276 copy_file_range=285
"""


def _numbers(text: str) -> dict[str, int]:
    return {name: int(number) for name, number in (one.split("=") for one in text.split())}


# machine: its AUDIT_ARCH, its numbers, the number of seccomp(2)
_MACHINES = {
    "x86_64": (0xC000003E, _numbers(_X86), 317),
    "aarch64": (0xC00000B7, _numbers(_ARM), 277),
}
SYNCS = ("fsync", "fdatasync", "sync", "syncfs")
"""Those that change no file, and without which nothing lasts."""

_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_GO_ON = 1
_CREATES = os.O_CREAT | os.O_TRUNC
_LIBC = ctypes.CDLL(None, use_errno=True)


class Notice(NamedTuple):
    """A call that waits for its answer: who makes it, which it is, with what."""

    id: int
    pid: int
    call: str
    arguments: tuple[int, ...]


def why_not() -> str:
    """Why calls cannot be stopped on this machine, "" where they can."""
    if platform.machine() not in _MACHINES:
        return f"no numbers of system calls for {platform.machine()}"
    try:
        with open("/proc/sys/kernel/seccomp/actions_avail") as stream:
            return "" if "user_notif" in stream.read() else "no seccomp notification here"
    except OSError:
        return "no seccomp here"


def _statement(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _program(opens: bool) -> bytes:
    """The filter: a notice for each call of the table; of those that open, for what makes or
    empties a file, or for all (`opens`); none for what is written to fd 0 to 2."""
    architecture, numbers, _ = _MACHINES[platform.machine()]
    load, equal, any_bit, more, leave = 0x20, 0x15, 0x45, 0x25, 0x06
    lines = [
        _statement(load, 4),
        _statement(equal, architecture, 1, 0),
        _statement(leave, _ALLOW),
        _statement(load, 0),
    ]
    for name, number in numbers.items():
        if name in ("open", "openat"):
            flags = 16 + 8 * (1 if name == "open" else 2)
            wanted = [_statement(load, flags), _statement(any_bit, _CREATES, 0, 1)]
            test = [] if opens else wanted
        elif name in ("write", "writev"):
            test = [_statement(load, 16), _statement(more, 2, 0, 1)]
        else:
            test = []
        block = [*test, _statement(leave, _NOTIFY)]
        block += [_statement(leave, _ALLOW)] if test else []
        lines += [_statement(equal, number, 0, len(block)), *block]
    return b"".join([*lines, _statement(leave, _ALLOW)])


def stop(opens: bool) -> int:
    """Stop calls of this process and of its children from now on; where notices come."""
    program = _program(opens)
    buffer = ctypes.create_string_buffer(program)
    filter_ = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    number = _MACHINES[platform.machine()][2]
    if _LIBC.prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS: stands before any filter
        raise OSError(ctypes.get_errno(), "prctl")
    handle: int = _LIBC.syscall(number, 1, 8, filter_)  # SET_MODE_FILTER, with a listener
    if handle < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return handle


_NAMES = {number: name for name, number in _MACHINES.get(platform.machine(), (0, {}, 0))[1].items()}


def receive(listener: int) -> Notice | None:
    """The next notice; None where who made it is gone."""
    buffer = bytearray(80)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except OSError:
        return None
    number, pid, _, name, _, _, *arguments = struct.unpack("QIIiIQ6Q", buffer)
    return Notice(number, pid, _NAMES[name], tuple(arguments))


def answer(listener: int, notice: Notice, error: int = 0) -> None:
    """Let the call happen, or fail with this error."""
    flags = 0 if error else _GO_ON
    try:
        fcntl.ioctl(listener, _SEND, struct.pack("QqiI", notice.id, 0, -error, flags))
    except OSError:
        return  # it was killed in the meantime
