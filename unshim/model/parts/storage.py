"""Mounts, disks and logs as nouns. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import Reference
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting


class Mount(NamedTuple):
    """One mount. `options` are the mount's and the file system's own; `root` is the part of the
    file system that is mounted (`/` unless bound); `shared` is whether mounts propagate."""

    point: str
    root: str
    type: str
    device: str
    number: str
    options: tuple[str, ...]
    shared: bool


class Space(NamedTuple):
    """Bytes and inodes of a file system; `available` is what an ordinary user may still take.
    Inodes are 0 where the file system has no fixed number."""

    size: int
    used: int
    available: int
    inodes: int
    inodes_free: int


class Disk(NamedTuple):
    """A folder that containers fill, and what it lies on.

    `use` says for what (`containerd-root`); `path` who says where; `real` is the path after
    symlinks, None where nothing is there yet: then `mount` and `space` are those of the nearest
    folder above. Where `real` is Missing, so are they.
    """

    use: str
    path: Setting[str]
    real: str | None | Missing
    mount: Mount | Missing
    space: Space | Missing


class Storage(NamedTuple):
    """The mounts of PID 1 that a path can lead to, and the disks that matter to containers."""

    mounts: tuple[Mount, ...] | Missing
    disks: tuple[Disk, ...]

    def disk(self, use: str) -> Disk:
        """The disk of this use. Raises: KeyError for one that is not looked at."""
        for disk in self.disks:
            if disk.use == use:
                return disk
        raise KeyError(use)


class LogFile(NamedTuple):
    """A log in /var/log/pods. `size` is in bytes, of what a link leads to; `leads_to` is the file
    itself after symlinks, None where the link points to nothing."""

    path: str
    leads_to: str | None | Missing
    size: int


class Link(NamedTuple):
    """A link in /var/log/containers; `leads_to` None where it points to nothing."""

    path: str
    leads_to: str | None | Missing


class Logs(NamedTuple):
    """`pod_logs` are the current logs of containers; `container_links` those in
    /var/log/containers. `journal` holds the settings of journald that a file names, by key;
    `journal_persistent` is whether it is kept over a reboot. `rotation` are the lines of logrotate
    rules, `agents` those of log agents' configurations, that name a place of containers' logs.
    """

    pod_logs: tuple[LogFile, ...] | Missing
    container_links: tuple[Link, ...] | Missing
    journal: Mapping[str, Setting[str]] | Missing
    journal_persistent: Setting[bool] | Missing
    rotation: tuple[Reference, ...] | Missing
    agents: tuple[Reference, ...] | Missing
