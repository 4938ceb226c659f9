"""The kubelet as a noun. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import (
    CgroupDriver,
    Flag,
    ParseError,
    Process,
    Program,
    Reference,
    Socket,
    StagedChange,
    Unit,
)
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version

Effective = Mapping[str, "Setting[object] | Missing"]


class Fault(NamedTuple):
    """Something in the files that the kubelet reads with which it does not start: what it is, what
    stands there, what it must be."""

    what: str
    value: str
    expected: str
    source: Source


class Kubelet(NamedTuple):
    """The kubelet as configured (what its next start uses), and as it runs.

    `config` maps dotted keys of the KubeletConfiguration (`featureGates.X`, `cgroupDriver`) to
    values; `config_drop_ins` are the files of --config-dir that count, in their order. `env_files`
    are the EnvironmentFiles that exist. `asks_runtime_for_driver`: whether the
    cgroup driver is the runtime's, where that can tell.

    `effective` holds every setting that this release has, as the next start takes it: by the
    field's dotted name, or the flag's where there is no field; gates also as `featureGates.X`.
    Values are written as the kubelet's /configz writes them. `running` is the same of the running
    process, as far as it can be told; `staged` what changed since that started. `version` is the
    release of the program on disk, `running_version` that of the process. `program` is what its
    unit starts, None where there is no unit that starts one. `config_faults` keep it from reading
    its configuration, `credential_faults` its credential providers.
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
    endpoint_socket: Socket | None | Missing
    asks_runtime_for_driver: Setting[bool] | Missing
    dockershim_references: tuple[Reference, ...] | Missing
    effective: Effective
    running: Effective | Missing
    staged: tuple[StagedChange, ...] | Missing
    running_version: Setting[Version] | Missing
    program: Program | None | Missing = None
    config_drop_ins: tuple[FileText, ...] = ()
    config_faults: tuple[Fault, ...] | Missing = ()
    credential_faults: tuple[Fault, ...] | Missing = ()

    @property
    def runtime(self) -> Setting[str] | None | Missing:
        """The effective --container-runtime; None from 1.27 on, which has no such flag."""
        return _text(self.effective, "container-runtime")

    @property
    def endpoint(self) -> Setting[str] | None | Missing:
        """The effective runtime endpoint, as it is written; None where neither a setting nor a
        default gives one (1.24 to 1.26)."""
        endpoint = _text(self.effective, "containerRuntimeEndpoint")
        if isinstance(endpoint, Setting) and not endpoint.value:
            return None if endpoint.source.origin is Origin.DEFAULT else endpoint
        return endpoint

    @property
    def cgroup_driver(self) -> Setting[CgroupDriver] | Missing:
        """The effective cgroup driver, where the kubelet does not ask the runtime for it."""
        driver = _always(self.effective, "cgroupDriver")
        if isinstance(driver, Missing):
            return driver
        try:
            return Setting(CgroupDriver(driver.value), driver.source)
        except ValueError:
            return Missing(f"{driver.source} sets {driver.value!r}, which is not a cgroup driver")

    @property
    def log_max_size(self) -> Setting[str] | Missing:
        """The effective containerLogMaxSize."""
        return _always(self.effective, "containerLogMaxSize")

    @property
    def log_max_files(self) -> Setting[str] | Missing:
        """The effective containerLogMaxFiles."""
        return _always(self.effective, "containerLogMaxFiles")

    @property
    def static_pod_path(self) -> Setting[str] | None | Missing:
        """The effective staticPodPath; None where there is none."""
        path = _always(self.effective, "staticPodPath")
        return path if isinstance(path, Missing) or path.value else None


def _text(of: Effective, name: str) -> Setting[str] | None | Missing:
    """A setting as text; None where this release has none of that name."""
    setting = of.get(name)
    return Setting(str(setting.value), setting.source) if isinstance(setting, Setting) else setting


def _always(of: Effective, name: str) -> Setting[str] | Missing:
    setting = _text(of, name)
    return Missing(f"this kubelet has no {name}") if setting is None else setting
