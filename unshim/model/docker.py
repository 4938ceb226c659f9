"""Docker as a noun. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from unshim.model.facts import CgroupDriver, Flag, ParseError, Process, Unit
from unshim.model.pods import Pods
from unshim.model.values import FileText, Missing, Setting, Version


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
