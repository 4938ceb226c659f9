"""The mounts of PID 1 (proc(5), /proc/PID/mountinfo)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.nouns import NamedTuple
from unshim.model.parts.storage import Mount
from unshim.model.values import Missing, Why
from unshim.text import redact
from unshim.text.escape import visible
from unshim.text.patterns import lazy

# PID 1's, as unshim itself may run in a mount namespace of its own (a unit with PrivateTmp).
PATH = "/proc/1/mountinfo"
PLACES = Places(large=(PATH,))
_LIMIT = 8 * 1024 * 1024
# Where an overlay's layers lie: a thousand bytes for each container, and of no use here.
_LAYER = lazy(rb",(?:lowerdir|upperdir|workdir)=[^,\s]*")
# Sources and options with none of these hold no secret: looking closer at each takes too long.
_MAY_TELL = lazy(rb"(?i)pass|pwd|secret|token|key|cred|auth|user|sign|bearer|@")
_OCTAL = lazy(rb"\\([0-7]{3})")


def read(host: Host) -> tuple[Mount, ...] | Missing:
    """All mounts that a path can lead to, in the kernel's order."""
    table = host.read(PATH, _LIMIT)
    if table is None:
        return Missing(f"{PATH} is not there", Why.NOT_RUNNING)
    if isinstance(table, Missing):
        return table
    parsed = (_mount(_clean(line)) for line in scrub(table.data).split(b"\n"))
    return tuple(_reachable([mount for mount in parsed if mount is not None]))


class _Placed(NamedTuple):
    """A mount, its own number and that of the mount it was made on."""

    own: bytes
    parent: bytes
    mount: Mount


def _reachable(placed: Sequence[_Placed]) -> Iterator[Mount]:
    """Without mounts that a later one covers: one at the same point is made on the earlier one,
    one at a folder above stands beside it."""
    numbered = {one.own: one for one in placed}
    points: dict[bytes, set[str]] = {}
    for one in placed:
        # The very first is made on itself.
        if one.own != one.parent:
            points.setdefault(one.parent, set()).add(one.mount.point)
    for one in placed:
        if one.mount.point in points.get(one.own, ()):
            continue
        at: _Placed | None = one
        seen: set[bytes] = set()
        while at is not None and not _beneath(at.mount.point, points.get(at.parent, set())):
            seen.add(at.own)
            at = None if at.parent in seen else numbered.get(at.parent)
        if at is None:
            yield one.mount


def _beneath(point: str, others: Set[str]) -> bool:
    """Whether one of the others lies at a folder above."""
    while point not in ("/", ""):
        point = point.rpartition("/")[0] or "/"
        if point in others:
            return True
    return False


def _mount(line: bytes) -> _Placed | None:
    """`36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`."""
    left, dash, right = line.partition(b" - ")
    fields, rest = left.split(b" "), right.split(b" ")
    if not dash or len(fields) < 6 or len(rest) < 3:
        return None
    options = [*fields[5].split(b","), *rest[2].split(b",")]
    mount = Mount(
        point=_text(fields[4]),
        root=_text(fields[3]),
        type=_text(rest[0]),
        device=_text(rest[1]),
        number=_text(fields[2]),
        options=tuple(dict.fromkeys(map(_text, options))),
        shared=any(field.startswith(b"shared:") for field in fields[6:]),
    )
    return _Placed(fields[0], fields[1], mount)


def _clean(line: bytes) -> bytes:
    match = _MAY_TELL.search(line, max(line.find(b" - "), 0))
    return redact.data(line) if match else line


def _text(field: bytes) -> str:
    """Blanks, tabs, newlines and backslashes stand as octal numbers."""
    if b"\\" in field:
        field = _OCTAL.sub(lambda octal: bytes([int(octal[1], 8) & 0xFF]), field)
    return visible(field.decode("utf-8", "backslashreplace"))


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
