"""The nouns that several facts share: programs, units, flags, sockets, the machine. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Source, StrEnum


class CgroupDriver(StrEnum):
    SYSTEMD = "systemd"
    CGROUPFS = "cgroupfs"


class Runtime(StrEnum):
    """What the kubelet will run its pods through at its next start."""

    DOCKERSHIM = "dockershim"
    CRI_DOCKERD = "cri-dockerd"
    CONTAINERD = "containerd"
    OTHER = "other"
    NONE = "none"


class Process(NamedTuple):
    """A running process. `argv` has secrets removed; `started` is seconds since the epoch."""

    pid: int
    name: str
    exe: str
    argv: tuple[str, ...]
    started: float
    uid: int = 0


class ParseError(NamedTuple):
    """A file that cannot be read as what it should be. Lines and columns count from 1."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None


class UnitState(NamedTuple):
    """What systemd says of a unit now (`systemctl show`).

    `loaded` are directives as systemd has them loaded, by their names: what holds until the next
    daemon-reload, defaults included (`KillMode`, `Type`, `Delegate`, `TasksMax`, `LimitNOFILE` …).
    `related` are units by relation, those from links and defaults included (`Requires`, `After`,
    `RequiredBy` …). `result` says how it last ended (`success`, `exit-code`, `signal` …).
    """

    load: str
    active: str
    sub: str
    enabled: str
    main_pid: int
    restarts: int
    reload_needed: bool
    result: str = ""
    exit_status: int = 0
    load_error: str = ""
    loaded: Mapping[str, str] = MappingProxyType({})
    related: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Unit(NamedTuple):
    """A unit: its files merged as systemd merges them, and its state.

    `settings` holds the directives by "Section.Key", lists as they end up after resets.
    `kill_mode` is systemd's default `control-group` where nothing sets it.
    """

    name: str
    files: tuple[FileText, ...]
    settings: Mapping[str, tuple[Setting[str], ...]]
    kill_mode: Setting[str]
    state: UnitState | Missing


class Program(NamedTuple):
    """The program that a unit starts, as its ExecStart names it, and whether it is there."""

    path: str
    source: Source
    there: bool | Missing


class StagedChange(NamedTuple):
    """Something the next start of a daemon takes up and the running one has not.

    `what` says in words what it is (`unit file`, `configuration`, `binary`, `--v=2`), `path` where
    it stands. `changed` and `started` are seconds since the epoch; `changed` is None for a flag,
    which is compared with the live command line.
    """

    what: str
    path: str
    changed: float | None
    started: float


class Flag(NamedTuple):
    """One flag as it stands in a file (what the next start uses) or on a live command line.

    `name` has no leading dashes; `value` is None for a bare flag; `variable` is the environment
    variable that holds it, None where it stands in ExecStart itself.
    """

    name: str
    value: str | None
    source: Source
    variable: str | None = None


class Reference(NamedTuple):
    """A line that mentions something, such as dockershim's socket: the words and the place."""

    text: str
    source: Source


class SocketState(StrEnum):
    """What a plain connect to a unix socket came to. Nothing is ever sent by this look."""

    LISTENING = "listening"
    ABSENT = "absent"
    REFUSED = "refused"
    NOT_A_SOCKET = "not-a-socket"
    UNKNOWN = "unknown"


class Socket(NamedTuple):
    """A socket: its path after symlinks, and whether something listens; else `reason` why not."""

    path: str
    state: SocketState
    reason: str = ""


class Machine(NamedTuple):
    """The machine. `manager` is the managed distribution that writes its files, "" if none."""

    name: str
    os: str
    kernel: str
    architecture: str
    cgroup_version: int | Missing
    root: bool
    systemd: bool | Missing
    manager: str = ""
