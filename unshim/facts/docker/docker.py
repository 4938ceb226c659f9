"""Docker: on disk, as configured, and what it runs for the kubelet."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts import versions
from unshim.facts.docker import config as docker_config
from unshim.facts.docker import running as docker_running
from unshim.facts.systemd import flags as flag_reading
from unshim.facts.systemd import service, staged
from unshim.facts.systemd.units import Units
from unshim.host.host import Host
from unshim.model.machine import CgroupDriver, Flag, Machine, ParseError, Process
from unshim.model.parts.docker import Docker
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why, present
from unshim.releases.docker_flags import BARE, SHORT
from unshim.text import redact
from unshim.text.escape import visible

_NAMES = ("dockerd", "dockerd-current")
CONFIG = "/etc/docker/daemon.json"


def read(
    host: Host,
    processes: tuple[Process, ...] | Missing,
    units: Units,
    machine: Machine,
) -> Docker:
    """Everything known of this machine's Docker. Its daemon is asked only where it already runs."""
    unit = units.get("docker.service")
    process = service.process_of(processes, unit, _NAMES)
    started = service.read(host, unit, process, _NAMES, BARE, SHORT)
    binary = versions.binary(host, _NAMES, service.paths(started, process))
    version = versions.of_binary(host, binary, versions.DOCKER, expected=unit is not None)
    flags = started.flags
    if isinstance(flags, Missing) and flags.why is Why.NOT_PRESENT:
        flags = ()
    file, config = _config(host, flags)
    active = _active(unit, process)
    pods, running = docker_running.read(host, active)
    values = _Values(flags, config)
    return Docker(
        binary=binary,
        version=version,
        unit=unit,
        socket_unit=units.get("docker.socket"),
        process=process,
        config_file=file,
        config=config,
        flags=flags,
        active=active,
        log_driver=values.log_driver(),
        log_opts=values.log_opts(),
        cgroup_driver=values.cgroup_driver(version, machine.cgroup_version),
        pods=pods,
        running=running,
        staged=staged.of_service(
            host,
            unit,
            process,
            started,
            (file,) if isinstance(file, FileText) else (),
            service.running_flags(process, "Docker", BARE, SHORT),
        ),
        program=service.program(host, started),
    )


def _active(unit: object, process: Process | None | Missing) -> bool | Missing:
    """Whether docker.service is up; without systemd, whether dockerd runs.

    Asked of systemd first: a connect to docker.sock can start Docker where it does not run.
    """
    if isinstance(process, Missing) and process.why is Why.AT_REST:
        return process
    if isinstance(unit, Missing):
        return unit
    state = getattr(unit, "state", None)
    if state:
        return bool(state.active == "active")
    if unit is not None and isinstance(state, Missing) and state.why is not Why.NOT_RUNNING:
        return state
    return process if isinstance(process, Missing) else process is not None


def _config(
    host: Host, flags: tuple[Flag, ...] | Missing
) -> tuple[FileText | None | Missing, Mapping[str, Setting[object]] | ParseError | Missing]:
    named = None if isinstance(flags, Missing) else flag_reading.last(flags, "config-file")
    file = host.read(named.value if named else CONFIG)
    if file is None:
        return None, {}
    return file, file if isinstance(file, Missing) else docker_config.parse(file)


class _Values:
    """Effective settings of dockerd; the same setting by flag and by file stops it, so one of
    both is enough to look for."""

    def __init__(
        self,
        flags: tuple[Flag, ...] | Missing,
        config: Mapping[str, Setting[object]] | ParseError | Missing,
    ) -> None:
        self._flags = flags
        self._config = config

    def _broken(self) -> Missing | None:
        if isinstance(self._flags, Missing):
            return self._flags
        if isinstance(self._config, ParseError):
            return Missing(f"{self._config.path} cannot be parsed")
        return self._config if isinstance(self._config, Missing) else None

    def _of_file(self, key: str) -> Setting[object] | None:
        return self._config.get(key) if isinstance(self._config, Mapping) else None

    def _of_flags(self, name: str) -> list[Setting[str]]:
        flags = present(self._flags) or ()
        return [Setting(flag.value or "", flag.source) for flag in flags if flag.name == name]

    def log_driver(self) -> Setting[str] | Missing:
        broken = self._broken()
        if broken is not None:
            return broken
        settings = self._of_flags("log-driver")
        if settings:
            return settings[-1]
        written = self._of_file("log-driver")
        if written is not None and written.value:
            return Setting(str(written.value), written.source)
        return Setting("json-file", Source(Origin.DEFAULT, "default of Docker"))

    def log_opts(self) -> Mapping[str, Setting[str]] | Missing:
        broken = self._broken()
        if broken is not None:
            return broken
        options: dict[str, Setting[str]] = {}
        written = self._of_file("log-opts")
        if written is not None and isinstance(written.value, dict):
            for key, value in written.value.items():
                dotted = self._of_file(f"log-opts.{key}")
                source = dotted.source if dotted else written.source
                options[key] = Setting(str(value), source)
        for setting in self._of_flags("log-opt"):
            key, _, value = setting.value.partition("=")
            options[key] = Setting(redact.value(key, value), setting.source)
        return options

    def cgroup_driver(
        self, version: Setting[Version] | Missing, cgroups: int | Missing
    ) -> Setting[CgroupDriver] | Missing:
        """`native.cgroupdriver` of exec-opts; else cgroupfs, or systemd on cgroup v2 from 20.10
        on (moby daemon/daemon_unix.go, UsingSystemd and getCD)."""
        broken = self._broken()
        if broken is not None:
            return broken
        for option in reversed(self._exec_opts()):
            key, _, value = option.value.partition("=")
            if key.strip() == "native.cgroupdriver":
                return _driver(value.strip(), option.source)
        if isinstance(cgroups, Missing):
            return cgroups
        if cgroups == 1:
            return Setting(CgroupDriver.CGROUPFS, Source(Origin.DEFAULT, "default of Docker"))
        if isinstance(version, Missing):
            return version
        new = version.value >= Version(20, 10, 0)
        source = Source(Origin.DEFAULT, f"default of Docker {version.value} on cgroup v2")
        return Setting(CgroupDriver.SYSTEMD if new else CgroupDriver.CGROUPFS, source)

    def _exec_opts(self) -> list[Setting[str]]:
        options = self._of_flags("exec-opt")
        written = self._of_file("exec-opts")
        if written is not None and isinstance(written.value, list):
            options += [Setting(str(value), written.source) for value in written.value]
        return options


def _driver(value: str, source: Source) -> Setting[CgroupDriver] | Missing:
    try:
        return Setting(CgroupDriver(value), source)
    except ValueError:
        return Missing(f"{source} sets {visible(value)!r}, which is not a cgroup driver")
