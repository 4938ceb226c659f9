"""The running kubelet's settings, told apart from what its files hold by now."""

from __future__ import annotations

from collections.abc import Collection

from unshim.facts import versions
from unshim.facts.kubelet import config as kubelet_config
from unshim.facts.kubelet.config import Config, KubeletConfig
from unshim.facts.kubelet.effective import Configured, effective
from unshim.facts.systemd import flags as flag_reading
from unshim.facts.systemd import staged as staging
from unshim.facts.systemd.service import Service
from unshim.host.host import Host
from unshim.model.machine import Flag, Process, StagedChange, Unit
from unshim.model.parts.kubelet import Effective
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why
from unshim.text.escape import decode, visible


def staged(
    host: Host,
    unit: Unit | None | Missing,
    process: Process | None | Missing,
    started: Service,
    config: KubeletConfig,
    running: tuple[Flag, ...] | Missing,
) -> tuple[StagedChange, ...] | Missing:
    """What changed since the kubelet started: unit, environment, configuration, binary, flags."""
    changes = staging.of_service(host, unit, process, started, config.files, running)
    if isinstance(changes, Missing) or not isinstance(process, Process):
        return changes
    for path in config.folders:
        changes += staging.folder(host, "drop-in folder", path, process)
    return changes


def effective_now(
    host: Host,
    process: Process | None | Missing,
    flags: tuple[Flag, ...] | Missing,
    config: KubeletConfig,
    variables: Collection[str],
    version: Setting[Version] | Missing,
) -> Effective | Missing:
    """The settings of the running process of that release: its own flags, over the file where that
    has not changed since. What a changed file hides is Missing."""
    if isinstance(process, Missing):
        return process
    if process is None or isinstance(flags, Missing):
        return Missing("the kubelet does not run", Why.NOT_RUNNING)
    if not _is_same(config, flags):
        config = kubelet_config.read(host, flags, version, variables)
    values = _values(host, process, config)
    return effective(Configured(flags, values, version, drop_ins=config.drop_in_paths))


def release(
    host: Host,
    process: Process | None | Missing,
    on_disk: Setting[Version] | Missing,
    staged: tuple[StagedChange, ...] | Missing,
) -> Setting[Version] | Missing:
    """The release that runs. Of a program that was replaced since, the process still holds the old
    one: it is asked by that name."""
    if isinstance(process, Missing):
        return process
    if process is None:
        return Missing("the kubelet does not run", Why.NOT_RUNNING)
    if isinstance(staged, Missing):
        return staged
    if not any(change.what == "binary" for change in staged):
        return on_disk
    answer = host.run([f"/proc/{process.pid}/exe", "--version"], timeout=3.0)
    reason = "the kubelet's binary was replaced since it started, and the old one does not answer"
    if isinstance(answer, Missing):
        return Missing(f"{reason}: {answer.reason}", answer.why)
    number = versions.parse(decode(answer.stdout[:4096]))
    if number is None:
        return Missing(reason)
    return Setting(number, Source(Origin.PROCESS, f"process {visible(process.name)}"))


def _is_same(config: KubeletConfig, flags: tuple[Flag, ...]) -> bool:
    """Whether the running kubelet reads the very file that the next start will read."""
    named = flag_reading.last(flags, "config")
    path = config.file.path if isinstance(config.file, FileText) else ""
    return bool(path and named and named.value == path and not config.folders)


def _values(host: Host, process: Process, config: KubeletConfig) -> Config:
    """What the file held when the process read it."""
    times = [(file.path, file.mtime) for file in config.files]
    for path in config.folders:
        folder = host.stat(path)
        if isinstance(folder, Missing):
            return folder
        if folder is not None:
            times.append((path, folder.mtime))
    for path, mtime in times:
        newer = staging.newer(mtime, process)
        if newer is None:
            return Missing(f"{path} changed within seconds of the kubelet's start")
        if newer:
            return Missing(f"{path} changed after the kubelet started")
    return config.values
