"""The kubelet as a noun. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import (
    CgroupDriver,
    Flag,
    ParseError,
    Process,
    Reference,
    Socket,
    StagedChange,
    Unit,
)
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version

Effective = Mapping[str, "Setting[object] | Missing"]


class Kubelet(NamedTuple):
    """The kubelet as configured (what its next start uses), and as it runs.

    `config` maps dotted keys of the KubeletConfiguration (`featureGates.X`, `cgroupDriver`) to
    values. `runtime` is the effective --container-runtime, None where this release has no such
    setting. `endpoint` is the effective runtime endpoint, None where neither a setting nor a
    default gives one (1.24 to 1.26). `env_files` are the EnvironmentFiles that exist.

    `effective` holds every setting that this release has, as the next start takes it: by the
    field's dotted name, or the flag's where there is no field; gates also as `featureGates.X`.
    Values are written as the kubelet's /configz writes them. `running` is the same of the running
    process, as far as it can be told; `staged` what changed since that started.
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
    effective: Effective
    running: Effective | Missing
    staged: tuple[StagedChange, ...] | Missing
