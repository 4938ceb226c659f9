"""A file system with one file, `disk`, that tells of every write and flush: `main(WHERE, SIZE,
LOG)` in a process of its own. A loop device on it is a disk whose cache can be lost.

It speaks to /dev/fuse itself. A record of the log is a letter (w, f), an offset, a length, and the
bytes. The file holds what was written; the log is what a disk was asked.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.crash import spaces

RECORD = struct.Struct("<cQI")
_HEADER = struct.Struct("<IIQQIIII")
_MOST = 1 << 17
_LOOKUP, _GETATTR, _SETATTR, _OPEN, _READ, _WRITE, _STATFS = 1, 3, 4, 14, 15, 16, 17
_RELEASE, _FSYNC, _FLUSH, _INIT, _DESTROY = 18, 20, 25, 26, 38
_UNANSWERED = (2, 36, 42)  # forget, interrupt, forget more
_FILE = 2


def main(where: str, size: int, log: str) -> None:
    """Serve until it is unmounted."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0"
    spaces.mount("crash", Path(where), "fuse", options)
    os.write(1, b"ready")
    with open(log, "wb", buffering=0) as stream:
        disk = bytearray(size)
        while request := _next(device):
            length, code, unique, node, *_ = _HEADER.unpack_from(request)
            if code in _UNANSWERED:
                continue
            body = request[_HEADER.size : length]
            answer = _answer(code, node, body, disk, stream.write)
            error = -answer if isinstance(answer, int) else 0
            data = answer if isinstance(answer, bytes) else b""
            with suppress(FileNotFoundError):  # who asked was interrupted
                os.write(device, struct.pack("<IiQ", 16 + len(data), error, unique) + data)


def _next(device: int) -> bytes:
    try:
        return os.read(device, _MOST + 4096)
    except OSError as error:
        if error.errno == errno.ENODEV:
            return b""
        raise


def _attributes(node: int, size: int) -> bytes:
    mode, length = (0o100600, size) if node == _FILE else (0o40700, 0)
    times = (0, 0, 0)
    return struct.pack("<6Q10I", node, length, 0, *times, *times, mode, 1, 0, 0, 0, 4096, 0)


def _answer(
    code: int, node: int, body: bytes, disk: bytearray, write: Callable[[bytes], object]
) -> bytes | int:
    if code == _INIT:
        big, pages = 1 << 5, 1 << 22
        start = struct.pack("<4I2H2I2HI", 7, 31, _MOST, big | pages, 8, 8, _MOST, 1, 32, 0, 0)
        return start.ljust(64, b"\0")
    if code == _LOOKUP:
        if body != b"disk\0":
            return errno.ENOENT
        return struct.pack("<4Q2I", _FILE, 0, 3600, 3600, 0, 0) + _attributes(_FILE, len(disk))
    if code in (_GETATTR, _SETATTR):
        return struct.pack("<Q2I", 3600, 0, 0) + _attributes(node, len(disk))
    if code == _OPEN:
        return struct.pack("<Q2I", 1, 0, 0)
    if code == _READ:
        _, offset, length = struct.unpack_from("<QQI", body)
        return bytes(disk[offset : offset + length])
    if code == _WRITE:
        _, offset, length = struct.unpack_from("<QQI", body)
        data = body[40 : 40 + length]
        disk[offset : offset + length] = data
        write(RECORD.pack(b"w", offset, length) + data)
        return struct.pack("<2I", length, 0)
    if code == _FSYNC:
        write(RECORD.pack(b"f", 0, 0))
        return b""
    if code == _STATFS:
        return bytes(80)
    return b"" if code in (_FLUSH, _RELEASE, _DESTROY) else errno.ENOSYS


def told(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """The records of a log: a letter, an offset, the bytes."""
    start = 0
    while start < len(data):
        letter, offset, length = RECORD.unpack_from(data, start)
        start += RECORD.size
        yield letter, offset, data[start : start + length]
        start += length
