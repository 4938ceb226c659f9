"""A task's numbers from its cgroup's files: cheap enough to read every second.

Asking containerd for the same (Tasks.Metrics) costs about a millisecond of the shims' time for each
task; the files cost a thirtieth of that. Version 1, version 2 and hybrid machines are read alike.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from unshim.text.patterns import lazy

UNLIMITED = 1 << 60
"""Limits from here on mean none: the kernel rounds `no limit` to just under 2^63 or 2^64."""

_CONTROLLERS = ("cpuacct", "memory", "pids", "blkio")
_READ_SIZE = 16 * 1024
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Usage:
    """One reading. `at` is seconds on the clock of who measured, `cpu` seconds, the rest bytes."""

    at: float
    cpu: float
    memory: int | None
    limit: int | None
    pids: int | None
    read: int | None
    written: int | None


@dataclass(frozen=True, slots=True)
class Mounts:
    """Where cgroup hierarchies are mounted: version 1 by controller, version 2 as "".

    Each is the mount point and the part of the hierarchy that is mounted there.
    """

    points: Mapping[str, tuple[str, str]]


def read_mounts(mountinfo: str = "/proc/self/mountinfo") -> Mounts:
    """The machine's cgroup mounts; empty where they cannot be seen."""
    points: dict[str, tuple[str, str]] = {}
    for line in _text(mountinfo).splitlines():
        left, _, right = line.partition(" - ")
        fields, kinds = left.split(" "), right.split(" ")
        if len(fields) < 5 or len(kinds) < 3:
            continue
        place = (_unescaped(fields[4]), _unescaped(fields[3]))
        if kinds[0] == "cgroup2":
            points.setdefault("", place)
        elif kinds[0] == "cgroup":
            for option in kinds[2].split(","):
                if option in _CONTROLLERS:
                    points.setdefault(option, place)
    return Mounts(points)


def _unescaped(path: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)


@dataclass(frozen=True, slots=True)
class Cgroup:
    """The folders of one task's cgroup: version 2's one, or version 1's by controller."""

    unified: str
    folders: Mapping[str, str]

    def read(self, at: float) -> Usage | None:
        """The numbers now; None where the cgroup is gone."""
        return self._read_2(at) if self.unified else self._read_1(at)

    def _read_1(self, at: float) -> Usage | None:
        cpu = _number(self._file("cpuacct", "cpuacct.usage"))
        if cpu is None:
            return None
        used = _number(self._file("memory", "memory.usage_in_bytes"))
        cache = _field(self._file("memory", "memory.stat"), b"total_inactive_file ")
        transferred = self._file("blkio", "blkio.throttle.io_service_bytes_recursive")
        return Usage(
            at,
            cpu / 1e9,
            _working_set(used, cache),
            _limit(_number(self._file("memory", "memory.limit_in_bytes"))),
            _number(self._file("pids", "pids.current")),
            _sum(_READ_1, transferred),
            _sum(_WRITTEN_1, transferred),
        )

    def _read_2(self, at: float) -> Usage | None:
        cpu = _field(_data(f"{self.unified}/cpu.stat"), b"usage_usec ")
        if cpu is None:
            return None
        used = _number(_data(f"{self.unified}/memory.current"))
        cache = _field(_data(f"{self.unified}/memory.stat"), b"inactive_file ")
        transferred = _data(f"{self.unified}/io.stat")
        return Usage(
            at,
            cpu / 1e6,
            _working_set(used, cache),
            _limit(_number(_data(f"{self.unified}/memory.max"))),
            _number(_data(f"{self.unified}/pids.current")),
            _sum(_READ_2, transferred),
            _sum(_WRITTEN_2, transferred),
        )

    def _file(self, controller: str, name: str) -> bytes:
        folder = self.folders.get(controller)
        return _data(f"{folder}/{name}") if folder else b""


_READ_1 = lazy(rb"Read (\d+)")
_WRITTEN_1 = lazy(rb"Write (\d+)")
_READ_2 = lazy(rb"rbytes=(\d+)")
_WRITTEN_2 = lazy(rb"wbytes=(\d+)")


def cgroup_of(pid: int, mounts: Mounts) -> Cgroup | None:
    """The cgroup of a process; None where it, or the hierarchy it is in, cannot be seen here."""
    folders: dict[str, str] = {}
    unified = ""
    for line in _text(f"/proc/{pid}/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for controller in controllers.split(","):
            folder = _folder(mounts.points.get(controller), path)
            if folder and controller:
                folders[controller] = folder
            elif folder:
                unified = folder
    if "cpuacct" in folders:
        return Cgroup("", folders)
    # On a hybrid machine the unified hierarchy has no controllers, and so no cpu.stat of use.
    if unified and _data(f"{unified}/memory.current"):
        return Cgroup(unified, {})
    return None


def _folder(mount: tuple[str, str] | None, path: str) -> str:
    """The folder of a cgroup path; "" for the root, and for what is not mounted here."""
    # A process in the root has no cgroup of its own: a zombie, or what no one limits.
    if mount is None or not path.startswith("/") or "/.." in path or path == "/":
        return ""
    point, root = mount
    if root != "/" and path != root and not path.startswith(f"{root}/"):
        return ""
    inner = path if root == "/" else path[len(root) :]
    return f"{point}{inner}".rstrip("/")


def started(pid: int, boot_time: float) -> float | None:
    """When a process began, in seconds since the epoch; None where it is not there."""
    stat = _data(f"/proc/{pid}/stat")
    fields = stat[stat.rfind(b")") + 2 :].split()
    try:
        return boot_time + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (IndexError, ValueError):
        return None


def boot_time() -> float:
    """When the machine booted, in seconds since the epoch."""
    found = re.search(r"^btime (\d+)$", _text("/proc/stat", 4 * 1024 * 1024), re.MULTILINE)
    return float(found[1]) if found else 0.0


def _working_set(used: int | None, cache: int | None) -> int | None:
    """What cannot be dropped: usage without inactive page cache, as the kubelet counts it."""
    return None if used is None else max(0, used - (cache or 0))


def _limit(value: int | None) -> int | None:
    return None if value is None or value >= UNLIMITED else value


def _number(data: bytes) -> int | None:
    text = data.strip()
    return int(text) if text.isdigit() else None


def _field(data: bytes, name: bytes) -> int | None:
    """The number after a name at the beginning of a line."""
    at = 0 if data.startswith(name) else data.find(b"\n" + name) + 1
    if at == 0 and not data.startswith(name):
        return None
    at += len(name)
    end = data.find(b"\n", at)
    return _number(data[at : end if end >= 0 else len(data)])


def _sum(pattern: re.Pattern[bytes], data: bytes) -> int:
    return sum(int(number) for number in pattern.findall(data))


def _text(path: str, size: int = 1024 * 1024) -> str:
    return _data(path, size, whole=True).decode("utf-8", "surrogateescape")


def _data(path: str, size: int = _READ_SIZE, whole: bool = False) -> bytes:
    """A kernel file's bytes; empty where it is not there. A third of the price of open().

    One of many records, such as mountinfo, gives as many as fit into a page: its `whole` must be
    read to the end.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        parts = []
        while size > 0 and (part := os.read(handle, size)):
            parts.append(part)
            size -= len(part)
            if len(part) < _PAGE and not whole:
                break  # what is one record comes a page at a time: less than one is the end
        return b"".join(parts)
    except OSError:
        return b""
    finally:
        os.close(handle)
