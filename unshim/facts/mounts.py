"""The mounts of PID 1 (proc(5), /proc/PID/mountinfo)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unshim.escape import visible
from unshim.host import Host
from unshim.model.storage import Mount
from unshim.model.values import Missing, Why

# PID 1's, as unshim itself may run in a mount namespace of its own (a unit with PrivateTmp).
PATH = "/proc/1/mountinfo"
_LIMIT = 8 * 1024 * 1024
# Where an overlay's layers lie: a thousand bytes for each container, and of no use here.
_LAYERS = (b"lowerdir=", b"upperdir=", b"workdir=")
_LAYER = re.compile(rb",(?:lowerdir|upperdir|workdir)=[^,\s]*")
_OCTAL = re.compile(rb"\\([0-7]{3})")


def read(host: Host) -> tuple[Mount, ...] | Missing:
    """All mounts in the order they were made."""
    found = host.read(PATH, _LIMIT)
    if found is None:
        return Missing(f"{PATH} is not there", Why.NOT_RUNNING)
    if isinstance(found, Missing):
        return found
    parsed = (_mount(line) for line in found.data.split(b"\n"))
    return tuple(mount for mount in parsed if mount is not None)


def _mount(line: bytes) -> Mount | None:
    """`36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`."""
    left, dash, right = line.partition(b" - ")
    fields, rest = left.split(b" "), right.split(b" ")
    if not dash or len(fields) < 6 or len(rest) < 3:
        return None
    options = [*fields[5].split(b","), *rest[2].split(b",")]
    return Mount(
        point=_text(fields[4]),
        root=_text(fields[3]),
        type=_text(rest[0]),
        device=_text(rest[1]),
        number=_text(fields[2]),
        options=tuple(dict.fromkeys(_text(o) for o in options if not o.startswith(_LAYERS))),
        shared=any(field.startswith(b"shared:") for field in fields[6:]),
    )


def _text(field: bytes) -> str:
    """Blanks, tabs, newlines and backslashes stand as octal numbers."""
    plain = _OCTAL.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), field)
    return visible(plain.decode("utf-8", "backslashreplace"))


def of_path(mounts: Sequence[Mount], path: str) -> Mount | None:
    """The mount that holds a real path: the longest point above it, the last of equal ones."""
    best: Mount | None = None
    for mount in mounts:
        point = mount.point
        holds = path == point or path.startswith(point if point == "/" else f"{point}/")
        if holds and (best is None or len(point) >= len(best.point)):
            best = mount
    return best


def scrub(data: bytes) -> bytes:
    """The file as it may be recorded: without the layers of overlays, which name other places."""
    return _LAYER.sub(b"", data)
