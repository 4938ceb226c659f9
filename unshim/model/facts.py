"""The nouns of a node: what is known about one machine at one moment. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from unshim.model.values import FileText, Missing, Setting, Source, StrEnum, Version


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
    """What systemd says of a unit now (`systemctl show`)."""

    load: str
    active: str
    sub: str
    enabled: str
    main_pid: int
    restarts: int
    reload_needed: bool


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


class Kubelet(NamedTuple):
    """The kubelet as configured (what its next start uses), and as it runs.

    `config` maps dotted keys of the KubeletConfiguration (`featureGates.X`, `cgroupDriver`) to
    values. `runtime` is the effective --container-runtime, None where this release has no such
    setting. `endpoint` is the effective runtime endpoint, None where neither a setting nor a
    default gives one (1.24 to 1.26). `env_files` are the EnvironmentFiles that exist.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    process: Process | None | Missing
    unit: Unit | None | Missing
    flags: tuple[Flag, ...] | Missing
    running_flags: tuple[Flag, ...] | Missing
    env_files: tuple[FileText, ...]
    config_file: FileText | None | Missing
    config: Mapping[str, Setting[object]] | ParseError | Missing
    runtime: Setting[str] | None | Missing
    endpoint: Setting[str] | None | Missing
    endpoint_socket: Socket | None | Missing
    cgroup_driver: Setting[CgroupDriver] | Missing
    asks_runtime_for_driver: Setting[bool] | Missing
    log_max_size: Setting[str] | Missing
    log_max_files: Setting[str] | Missing
    static_pod_path: Setting[str] | None | Missing
    dockershim_references: tuple[Reference, ...] | Missing


class Handler(NamedTuple):
    """One runtime handler of the CRI plugin. `systemd_cgroup` is False where nothing sets it."""

    name: str
    runtime_type: Setting[str]
    systemd_cgroup: Setting[bool]
    has_options: bool


class ContainerdConfig(NamedTuple):
    """containerd's configuration after imports: what its next start uses.

    `files` are the main file, then its imports in the order they are read; empty where there is
    none and the defaults of the release hold. `values` maps dotted keys of the merged document
    (plugin names in quotes: `plugins."io.containerd.grpc.v1.cri".sandbox_image`) to values.
    `legacy_systemd_cgroup` is the old `systemd_cgroup` key directly under the CRI plugin.
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


class Containerd(NamedTuple):
    """containerd on disk, as configured, and as it runs."""

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    process: Process | None | Missing
    unit: Unit | None | Missing
    config: ContainerdConfig | ParseError | Missing
    socket: Socket
    running: ContainerdRunning | Missing


class Completeness(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Image(NamedTuple):
    """One image name in one containerd namespace.

    `present` of `required` blobs (config and layers for this platform) are in the content store;
    `missing` are the digests that are not, `blobs` all it needs, children before parents. `size` is
    the sum of the blobs' bytes where known, else 0. `unpacked` is whether the snapshotter holds its
    chain, None where that was not to be had. `aliases` are other names of the same digest in the
    namespace that no person gave it: by digest, and the CRI plugin's own.
    """

    namespace: str
    name: str
    digest: str
    size: int
    completeness: Completeness
    present: int
    required: int
    missing: tuple[str, ...] = ()
    unpacked: bool | None = None
    managed: bool = False
    pinned: bool = False
    blobs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Images(NamedTuple):
    """Every image of every namespace, and the names that the CRI service lists."""

    images: tuple[Image, ...]
    cri_names: frozenset[str] | Missing


class PodOrigin(StrEnum):
    STATIC = "static"
    DAEMONSET = "daemonset"
    OTHER = "other"


class Pod(NamedTuple):
    """A pod sandbox, from CRI or, under Docker, from its pause container."""

    id: str
    name: str
    namespace: str
    uid: str
    ready: bool
    origin: PodOrigin


class Container(NamedTuple):
    """A container of a pod. `created` is seconds since the epoch."""

    id: str
    pod_id: str
    name: str
    image: str
    state: str
    created: float


class Pods(NamedTuple):
    """The pods and containers that one runtime has."""

    pods: tuple[Pod, ...]
    containers: tuple[Container, ...]


class PodImage(NamedTuple):
    """An image that a static pod names. `name` is as written, `source` the manifest's line."""

    name: str
    pull_policy: str
    source: Source


class StaticPod(NamedTuple):
    path: str
    name: str
    namespace: str
    images: tuple[PodImage, ...]


class Docker(NamedTuple):
    """Docker on disk, as configured, and whether it runs.

    `config` maps dotted keys of daemon.json to values; empty where there is no file.
    `pods` are the kubelet's own (dockershim's), asked of the daemon only while docker.service is
    active: connecting to docker.sock can start Docker.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    unit: Unit | None | Missing
    socket_unit: Unit | None | Missing
    process: Process | None | Missing
    config_file: FileText | None | Missing
    config: Mapping[str, Setting[object]] | ParseError | Missing
    flags: tuple[Flag, ...] | Missing
    active: bool | Missing
    log_driver: Setting[str] | Missing
    log_opts: Mapping[str, Setting[str]] | Missing
    cgroup_driver: Setting[CgroupDriver] | Missing
    pods: Pods | Missing
    images: tuple[str, ...] | Missing


class Crictl(NamedTuple):
    """crictl: its binary, and the configuration file it would read.

    `values` are the keys of the file; `problems` the lines that make crictl ignore the whole file.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    config_file: FileText | None | Missing
    values: Mapping[str, Setting[str]] | Missing
    problems: tuple[Reference, ...] | Missing


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


class Node(NamedTuple):
    """One machine at one moment. `origin` says in words where this was read from."""

    origin: str
    live: bool
    machine: Machine
    kubelet: Kubelet | Missing
    containerd: Containerd | Missing
    docker: Docker | Missing
    crictl: Crictl | Missing
    images: Images | Missing
    pods: Pods | Missing
    static_pods: tuple[StaticPod, ...] | Missing
    runtime: Setting[Runtime] | Missing
