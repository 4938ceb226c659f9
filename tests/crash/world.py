"""A node as files: made for a case, copied, and read again, without any of the engine's code."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.crash.cases import Case
from unshim.model.steps import (
    CordonNode,
    EnableUnit,
    MaskUnit,
    RestartUnit,
    SetSysctl,
    StartUnit,
    StopUnit,
    WriteFile,
)

OWN = Path("var/lib/unshim")
FOLDERS = (
    *("etc/systemd/system", "var/lib", "run/systemd/system"),
    *("run/units", "run/held", "run/images", "run/cluster", "run/timers", "run/proc"),
)
UNITS = "etc/systemd/system"
GUARD = "unshim-boot.service"
LASTING = ("etc", "var")
MEMORY = (
    "run/systemd",
    "run/sys",
    "run/modules",
    "run/swaps",
    "run/held",
    "run/images",
    "run/cluster",
)
SWAPS = "Filename Type Size Used Priority\n"
XATTR = ("trusted.crash", b"kept\0")
_WANTS = "etc/systemd/system/multi-user.target.wants"


class Thing(NamedTuple):
    """What stands at a path: its kind, mode, owner, xattrs, and its bytes or its target."""

    kind: str
    mode: int
    uid: int
    gid: int
    xattrs: tuple[tuple[str, bytes], ...]
    data: bytes


class World(NamedTuple):
    """All of a node that a plan may change: what stands where; what was kept beside it for an undo;
    and of each unit whether it runs, and the digest of the files that it read when it started."""

    things: Mapping[str, Thing]
    aside: Mapping[str, Thing]
    units: Mapping[str, str]
    read: Mapping[str, str]


def build(case: Case, node: Path) -> None:
    """The node that a case begins with."""
    for folder in FOLDERS:
        (node / folder).mkdir(parents=True)
    _build_kernel(case, node / "run")
    for link, target in (*case.links, *_enabled(case)):
        place = node / link.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    for step in case.steps:
        if isinstance(step, WriteFile) and step.before is not None:
            path = real(node, step.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(step.before)
            os.chown(path, 3, 7)
            os.setxattr(path, *XATTR)
            path.chmod(0o2640)
            path.with_name("bystander").write_bytes(b"left alone")
    watched = [step.path for step in case.steps if isinstance(step, WriteFile)]
    (node / "run/watched").write_text("".join(f"{path}\n" for path in sorted(watched)))
    digest = read_now(node)
    for unit, state in states_before(case).items():
        (node / f"run/units/{unit}.state").write_text(f"{state}\n")
        (node / f"run/units/{unit}.pid").write_text("100\n")
        (node / f"run/units/{unit}.read").write_text(f"{digest}\n")
    (node / "run/units/systemd.read").write_text(f"{digest}\n")


def _build_kernel(case: Case, run: Path) -> None:
    """What is in memory alone: the kernel's parameters, its modules, what it swaps to."""
    (run / "modules").write_text("overlay 16384 0 - Live 0x0\n")
    (run / "swaps").write_text(f"{SWAPS}/swapfile file 1024 0 -2\n")
    boot = run / "sys/kernel/random/boot_id"
    boot.parent.mkdir(parents=True)
    boot.write_text("this-boot\n")
    (run / "cluster/config").write_bytes(b"")
    for step in case.steps:
        if isinstance(step, CordonNode) and not step.cordoned:
            (run / "cluster/cordoned").write_bytes(b"")
        if isinstance(step, SetSysctl):
            place = run / "sys" / step.key.replace(".", "/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{step.before}\n")


def states_before(case: Case) -> dict[str, str]:
    """Each unit of a case, and whether it runs before it is carried out."""
    return {
        step.unit: "inactive" if isinstance(step, StartUnit) else "active"
        for step in reversed(case.steps)
        if isinstance(step, (StopUnit, StartUnit, RestartUnit, EnableUnit, MaskUnit))
    }


def _enabled(case: Case) -> Iterator[tuple[str, str]]:
    for step in case.steps:
        if isinstance(step, EnableUnit) and not step.enabled:
            yield f"{_WANTS}/{step.unit}", f"/lib/systemd/system/{step.unit}"
        if isinstance(step, MaskUnit) and not step.masked:
            yield f"etc/systemd/system/{step.unit}", "/dev/null"


def real(node: Path, path: str) -> Path:
    """A path of the node, its last link followed."""
    place = node / path.lstrip("/")
    return node / os.readlink(place).lstrip("/") if place.is_symlink() else place


def read_now(node: Path) -> str:
    """The digest that a unit of the stand-in would read now, as sha256sum prints it."""
    lines = ""
    for path in (node / "run/watched").read_text().splitlines():
        place = real(node, path)
        if place.exists():
            lines += f"{hashlib.sha256(place.read_bytes()).hexdigest()}  {path}\n"
    return f"{hashlib.sha256(lines.encode()).hexdigest()}  -"


def look(node: Path, top: Sequence[str] = (*LASTING, *MEMORY)) -> World:
    """What the node is now."""
    things: dict[str, Thing] = {}
    aside: dict[str, Thing] = {}
    for place in _below(node, top):
        name = str(place.relative_to(node))
        mine = place.name.startswith(".unshim-") and place.name.endswith("~")
        (aside if mine else things)[name] = thing(place)
    units = node / "run/units"
    told = {p.name: p.read_text().strip() for p in units.iterdir() if not p.name.startswith(".")}
    return World(
        things,
        aside,
        {n.removesuffix(".state"): t for n, t in told.items() if n.endswith(".state")},
        {n.removesuffix(".read"): t for n, t in told.items() if n.endswith(".read")},
    )


def lasting(world: World) -> World:
    """What of it a disk keeps."""
    things = {n: t for n, t in world.things.items() if n.startswith(LASTING)}
    return World(things, world.aside, {}, {})


def _below(node: Path, top: Sequence[str]) -> Iterator[Path]:
    waiting = [node / name for name in top]
    while waiting:
        place = waiting.pop()
        if place == node / OWN or place.name == GUARD or _only_guards(place):
            continue
        yield place
        if place.is_dir() and not place.is_symlink():
            waiting += place.iterdir()


def _only_guards(place: Path) -> bool:
    """Whether a folder is there for the boot guard alone."""
    return place.name == "sysinit.target.wants" and all(p.name == GUARD for p in place.iterdir())


def watched_over(node: Path) -> list[str]:
    """What would still undo the run: the boot guard, a timer; not the one that finishes an undo
    after a boot, which finds nothing to do."""
    guards = [node / "etc/systemd/system" / GUARD, node / OWN / "ACTIVE"]
    timers = [p for p in (node / "run/timers").iterdir() if "-finish-" not in p.name]
    return [place.name for place in (*guards, *timers) if place.is_symlink() or place.exists()]


def thing(place: Path) -> Thing:
    """What stands at a path, itself."""
    status = place.lstat()
    names = sorted(os.listxattr(place, follow_symlinks=False))
    xattrs = tuple((n, os.getxattr(place, n, follow_symlinks=False)) for n in names)
    owner = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, xattrs)
    if stat.S_ISLNK(status.st_mode):
        return Thing("link", *owner, os.fsencode(os.readlink(place)))
    if stat.S_ISDIR(status.st_mode):
        return Thing("folder", *owner, b"")
    return Thing("file", *owner, place.read_bytes())


def copy(node: Path, target: Path) -> Path:
    """The same node in another place, in place of what was there."""
    remove(target)
    _copy(node, target)
    return target


def _copy(place: Path, target: Path) -> None:
    status = place.lstat()
    if stat.S_ISLNK(status.st_mode):
        target.symlink_to(os.readlink(place))
        return
    if stat.S_ISDIR(status.st_mode):
        target.mkdir()
        for inside in place.iterdir():
            _copy(inside, target / inside.name)
    elif stat.S_ISREG(status.st_mode):
        target.write_bytes(place.read_bytes())
    else:
        return  # a socket
    os.chown(target, status.st_uid, status.st_gid)
    for name in os.listxattr(place):
        os.setxattr(target, name, os.getxattr(place, name))
    target.chmod(stat.S_IMODE(status.st_mode))


def remove(node: Path) -> None:
    """Make room."""
    if node.exists():
        shutil.rmtree(node)
