"""Cgroups of the lab's own, in every hierarchy of version 1 and in version 2."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

LEAF = "main"
"""Where processes are below a cgroup of version 2, which may not hold both them and groups."""


def of(pid: int | str = "self") -> list[Path]:
    """A process's folder in every cgroup hierarchy that is mounted."""
    mounted: dict[str, tuple[str, Path]] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, right = line.split(" - ", 1)
        kind, _, options = right.split(" ", 2)
        top, point = left.split(" ")[3:5]
        if kind == "cgroup2":
            mounted[""] = (top, Path(point))
        elif kind == "cgroup":
            for option in options.split(","):
                mounted.setdefault(option, (top, Path(point)))
    folders = []
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, where = line.split(":", 2)
        place = mounted.get(controllers.split(",")[0])
        if place is None:
            continue
        inside = Path(where).relative_to(place[0]) if where.startswith(place[0]) else Path()
        if (place[1] / inside).is_dir():
            folders.append(place[1] / inside)
    return folders


def enter(folders: list[Path], argv: list[str]) -> list[str]:
    """A command line that enters these cgroups and then becomes argv."""
    script = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"'
    return ["sh", "-ec", script, "sh", *(str(folder) for folder in folders), "--", *argv]


def unified() -> bool:
    """Whether version 2 is all there is, so that it has the controllers."""
    return " - cgroup " not in Path("/proc/self/mountinfo").read_text()


def parents() -> list[Path]:
    """Where to make a cgroup in each hierarchy: below this process's own when that is possible.

    In version 2 it is the nearest one upwards that can hand on its controllers; in a container
    whose top cgroup holds processes, those are moved to a leaf first, as Docker in Docker does.
    """
    own = of()
    if not own or not unified():
        return own
    upwards = [path for path in (own[0], *own[0].parents) if (path / "cgroup.procs").exists()]
    for path in upwards:
        if _hand_on(path):
            return [path]
    top = upwards[-1]
    if (top / "cgroup.events").exists():  # the machine's own top has none
        rest = top / "init"
        rest.mkdir(exist_ok=True)
        for pid in (top / "cgroup.procs").read_text().split():
            with suppress(OSError):
                (rest / "cgroup.procs").write_text(pid)
        _hand_on(top)
    return [top]


def _hand_on(path: Path) -> bool:
    """Let the groups below have every controller of this one; whether they do."""
    wanted = set((path / "cgroup.controllers").read_text().split())
    given = path / "cgroup.subtree_control"
    for name in wanted - set(given.read_text().split()):
        with suppress(OSError):
            given.write_text(f"+{name}")
    return wanted <= set(given.read_text().split())


def make(path: Path) -> None:
    """Make a cgroup that processes and groups can be put into."""
    path.mkdir()
    for name in ("cpuset.cpus", "cpuset.mems"):  # version 1 starts them empty and unusable
        given = path.parent / name
        if given.exists() and (path / name).exists() and not (path / name).read_text().strip():
            (path / name).write_text(given.read_text())
    if unified():
        (path / LEAF).mkdir()
        _hand_on(path)


def leaf(path: Path) -> Path:
    """Where in a cgroup that was made here processes go."""
    return path / LEAF if (path / LEAF).is_dir() else path


def processes(top: Path) -> set[int]:
    """Every process in a cgroup and in those below it."""
    found: set[int] = set()
    for folder, _, _ in os.walk(top):
        with suppress(OSError):  # the cgroup went, or cannot be listed (threaded)
            found.update(int(pid) for pid in Path(folder, "cgroup.procs").read_text().split())
    return found


def thaw(folders: Iterable[Path]) -> None:
    """Let paused processes go on: in version 1 a frozen one cannot even be killed."""
    for folder in folders:
        with suppress(OSError):
            (folder / "freezer.state").write_text("THAWED")


def remove(top: Path) -> None:
    """A cgroup whose last process has just been killed stays busy for a moment."""
    until = time.monotonic() + 30
    while top.exists() and time.monotonic() < until:
        for folder, _, _ in os.walk(top, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
        if top.exists():
            time.sleep(0.02)


def parents_of_processes() -> dict[int, int]:
    """The parent of every process."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            found[int(stat.parent.name)] = int(fields[1])
    return found


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    return [child for child, parent in parents_of_processes().items() if parent == pid]
