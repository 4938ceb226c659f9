"""Where the cgroup of a task is: what is mounted here, and what its first process says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from unshim.live.cgroup import Cgroup
from unshim.live.kernel_files import data_of, text_of

_CONTROLLERS = ("cpuacct", "memory", "pids", "blkio")


@dataclass(frozen=True, slots=True)
class Mounts:
    """Where cgroup hierarchies are mounted: version 1 by controller, version 2 as "".

    Each is the mount point and the part of the hierarchy that is mounted there.
    """

    points: Mapping[str, tuple[str, str]]


def read_mounts(mountinfo: str = "/proc/self/mountinfo") -> Mounts:
    """The machine's cgroup mounts; empty where they cannot be seen."""
    points: dict[str, tuple[str, str]] = {}
    for line in text_of(mountinfo).splitlines():
        left, _, right = line.partition(" - ")
        fields, kinds = left.split(" "), right.split(" ")
        if len(fields) < 5 or len(kinds) < 3:
            continue
        place = (_unescape(fields[4]), _unescape(fields[3]))
        if kinds[0] == "cgroup2":
            points.setdefault("", place)
        elif kinds[0] == "cgroup":
            for option in kinds[2].split(","):
                if option in _CONTROLLERS:
                    points.setdefault(option, place)
    return Mounts(points)


def _unescape(path: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), path)


def cgroup_of(pid: int, mounts: Mounts) -> Cgroup | None:
    """The cgroup of a process; None where it, or the hierarchy it is in, cannot be seen here."""
    folders: dict[str, str] = {}
    unified = ""
    for line in text_of(f"/proc/{pid}/cgroup").splitlines():
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
    if unified and data_of(f"{unified}/memory.current"):
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
    stat = data_of(f"/proc/{pid}/stat")
    fields = stat[stat.rfind(b")") + 2 :].split()
    try:
        return boot_time + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (IndexError, ValueError):
        return None


def boot_time() -> float:
    """When the machine booted, in seconds since the epoch."""
    match = re.search(r"^btime (\d+)$", text_of("/proc/stat", 4 * 1024 * 1024), re.MULTILINE)
    return float(match[1]) if match else 0.0
