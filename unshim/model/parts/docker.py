"""Docker as a noun. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import (
    CgroupDriver,
    Flag,
    ParseError,
    Process,
    Program,
    StagedChange,
    Unit,
)
from unshim.model.nouns import NamedTuple
from unshim.model.parts.pods import Pods
from unshim.model.values import FileText, Missing, Setting, Version


class DockerContainer(NamedTuple):
    """A container of Docker's. `created` is seconds since the epoch; `of_pod` whether the kubelet
    made it. `log_driver` and `log_opts` are its own: they stay what they were when it was made."""

    id: str
    name: str
    image: str
    state: str
    created: float
    of_pod: bool
    log_driver: str | Missing
    log_opts: Mapping[str, str] | Missing


class DockerImage(NamedTuple):
    """An image of Docker's. `size` is in bytes, unpacked; `digests` are `name@sha256:…`."""

    id: str
    names: tuple[str, ...]
    digests: tuple[str, ...]
    size: int
    created: float


class DockerRunning(NamedTuple):
    """What the running Docker answers of itself, its containers and its images."""

    version: str | Missing
    cgroup_driver: Setting[CgroupDriver] | Missing
    log_driver: Setting[str] | Missing
    storage_driver: Setting[str] | Missing
    root: Setting[str] | Missing
    live_restore: Setting[bool] | Missing
    containers: tuple[DockerContainer, ...] | Missing
    images: tuple[DockerImage, ...] | Missing


class Docker(NamedTuple):
    """Docker on disk, as configured, and as it runs.

    `config` maps dotted keys of daemon.json to values; empty where there is no file.
    `running`, and `pods`, the kubelet's own (dockershim's), are asked of the daemon only while
    docker.service is active: connecting to docker.sock can start Docker. `staged` is what changed
    since it started. `program` is what its unit starts, None where no unit
    starts one.
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
    running: DockerRunning | Missing
    staged: tuple[StagedChange, ...] | Missing
    program: Program | None | Missing = None
