"""The running kubelet's settings, told apart from what its files hold by now."""

from __future__ import annotations

from collections.abc import Collection

from unshim.facts.kubelet import config as kubelet_config
from unshim.facts.kubelet.config import Config, KubeletConfig
from unshim.facts.kubelet.effective import Configured, effective
from unshim.facts.systemd import flags as flag_reading
from unshim.facts.systemd import staged as staging
from unshim.facts.systemd.service import Service
from unshim.host.host import Host
from unshim.model.machine import Flag, Process, StagedChange, Unit
from unshim.model.parts.kubelet import Effective
from unshim.model.values import FileText, Missing, Setting, Version, Why


def staged(
    host: Host,
    unit: Unit | None | Missing,
    process: Process | None | Missing,
    started: Service,
    config: KubeletConfig,
    running: tuple[Flag, ...] | Missing,
) -> tuple[StagedChange, ...] | Missing:
    """What changed since the kubelet started: unit, environment, configuration, binary, flags."""
    changes = staging.of_service(host, unit, process, started, _files(config), running)
    if isinstance(changes, Missing) or not config.folder or not isinstance(process, Process):
        return changes
    return changes + staging.folder(host, "drop-in folder", config.folder, process)


def _files(config: KubeletConfig) -> tuple[FileText, ...]:
    named = (config.file,) if isinstance(config.file, FileText) else ()
    return named + config.drop_ins


def effective_now(
    host: Host,
    process: Process | None | Missing,
    flags: tuple[Flag, ...] | Missing,
    config: KubeletConfig,
    variables: Collection[str],
    version: Setting[Version] | Missing,
    staged: tuple[StagedChange, ...] | Missing,
) -> Effective | Missing:
    """The settings of the running process: its own flags, over the file where that has not changed
    since. What a changed file or a replaced binary hides is Missing."""
    if isinstance(process, Missing):
        return process
    if process is None or isinstance(staged, Missing) or isinstance(flags, Missing):
        return Missing("the kubelet does not run", Why.NOT_RUNNING)
    if any(change.what == "binary" for change in staged):
        version = Missing("the kubelet's binary was replaced since it started")
    if not _is_same(config, flags):
        config = kubelet_config.read(host, flags, version, variables)
    return effective(Configured(flags, _values(host, process, config), version))


def _is_same(config: KubeletConfig, flags: tuple[Flag, ...]) -> bool:
    """Whether the running kubelet reads the very file that the next start will read."""
    named = flag_reading.last(flags, "config")
    path = config.file.path if isinstance(config.file, FileText) else ""
    return bool(path and named and named.value == path and not config.folder)


def _values(host: Host, process: Process, config: KubeletConfig) -> Config:
    """What the file held when the process read it."""
    times = [(file.path, file.mtime) for file in _files(config)]
    folder = host.stat(config.folder) if config.folder else None
    if isinstance(folder, Missing):
        return folder
    if folder is not None:
        times.append((config.folder, folder.mtime))
    for path, mtime in times:
        newer = staging.newer(mtime, process)
        if newer is None:
            return Missing(f"{path} changed within seconds of the kubelet's start")
        if newer:
            return Missing(f"{path} changed after the kubelet started")
    return config.values
