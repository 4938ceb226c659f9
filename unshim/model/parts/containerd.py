"""containerd as nouns: its configuration, and what runs. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import (
    CgroupDriver,
    ParseError,
    Process,
    Program,
    Socket,
    StagedChange,
    Unit,
)
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Source, Version


class Handler(NamedTuple):
    """One runtime handler of the CRI plugin. `systemd_cgroup` is False where nothing sets it;
    `fault` is what in its options keeps every new pod of it from starting."""

    name: str
    runtime_type: Setting[str]
    systemd_cgroup: Setting[bool]
    has_options: bool
    fault: Setting[str] | None = None


class Unread(NamedTuple):
    """A key in a file that containerd does not read. `key` is dotted, as the file has it.

    `nearest` is the key that may have been meant, "" where none is like it; `gone` is whether the
    release has merely given it up, `empty` whether it sets nothing.
    """

    key: str
    source: Source
    reason: str
    nearest: str = ""
    gone: bool = False
    empty: bool = False


class ContainerdConfig(NamedTuple):
    """containerd's configuration after imports: what its next start uses.

    `files` are the main file, then its imports in the order they are read; empty where there is
    none and the defaults of the release hold. `values` maps dotted keys of the merged document
    (plugin names in quotes: `plugins."io.containerd.grpc.v1.cri".sandbox_image`) to values.
    `legacy_systemd_cgroup` is the old `systemd_cgroup` key directly under the CRI plugin.
    `effective` has every known setting by one name, whatever the version of the files
    (`cni.conf_dir`, `runtimes.runc.options.SystemdCgroup`); lists are tuples, and a Missing says
    why one has no value in this release. `unread` are keys that count for nothing.
    """

    path: Setting[str]
    files: tuple[FileText, ...]
    version: Setting[int]
    disabled_plugins: tuple[Setting[str], ...]
    default_handler: Setting[str]
    handlers: tuple[Handler, ...]
    cgroup_driver: Setting[CgroupDriver] | Missing
    legacy_systemd_cgroup: Setting[bool] | None
    snapshotter: Setting[str]
    discard_unpacked_layers: Setting[bool]
    sandbox_image: Setting[str] | Missing
    address: Setting[str]
    values: Mapping[str, Setting[object]]
    effective: Mapping[str, Setting[object] | Missing]
    unread: tuple[Unread, ...]


class Plugin(NamedTuple):
    """A plugin of the running containerd. `error` is the daemon's own words, "" when it loaded.

    `skipped` is true where the daemon says it chose not to load it (wrong filesystem and such).
    """

    type: str
    id: str
    error: str = ""
    skipped: bool = False


class Condition(NamedTuple):
    type: str
    status: bool
    reason: str
    message: str


class Cri(NamedTuple):
    """The CRI service of the running containerd. `apis` are those it was seen to serve.

    `config` is the running configuration as the daemon tells it (camelCase keys of its own,
    secrets removed): whole on 1.x, the runtime part on 2.x.
    """

    apis: tuple[str, ...]
    runtime_name: str
    runtime_version: str
    conditions: tuple[Condition, ...]
    config: Mapping[str, object] | Missing
    cgroup_driver: Setting[CgroupDriver] | Missing

    @property
    def ready(self) -> bool:
        return any(c.type == "RuntimeReady" and c.status for c in self.conditions)


class Deprecation(NamedTuple):
    """Something the running containerd has seen used that a later release takes away.

    `last` is when, in seconds since 1970, None where the daemon does not say.
    """

    id: str
    message: str
    last: float | None = None


class Task(NamedTuple):
    """A task in a containerd namespace. `status` in the daemon's words, lower case."""

    namespace: str
    id: str
    pid: int
    status: str


class ContainerdRunning(NamedTuple):
    """What the running containerd answers."""

    version: Setting[Version] | Missing
    version_text: str
    plugins: tuple[Plugin, ...] | Missing
    namespaces: tuple[str, ...] | Missing
    tasks: tuple[Task, ...] | Missing
    cri: Cri | Missing
    deprecations: tuple[Deprecation, ...] | Missing


class Containerd(NamedTuple):
    """containerd on disk, as configured, and as it runs; `staged` is what changed since then.
    `program` is what its unit starts, None where there is no unit that starts one."""

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    process: Process | None | Missing
    unit: Unit | None | Missing
    config: ContainerdConfig | ParseError | Missing
    socket: Socket
    running: ContainerdRunning | Missing
    staged: tuple[StagedChange, ...] | Missing
    program: Program | None | Missing = None

    @property
    def cri(self) -> Cri | Missing:
        """Its CRI service, as it runs."""
        return self.running if isinstance(self.running, Missing) else self.running.cri
