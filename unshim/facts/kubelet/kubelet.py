"""The kubelet: as its files configure the next start, and as it runs."""

from __future__ import annotations

from unshim.facts import versions
from unshim.facts.kubelet import config as kubelet_config
from unshim.facts.kubelet import config_faults, credential_faults, in_tree, references
from unshim.facts.kubelet import running as kubelet_running
from unshim.facts.kubelet.config import KubeletConfig
from unshim.facts.kubelet.effective import Configured, asks_runtime_for_driver, effective
from unshim.facts.kubelet.runtime import is_remote
from unshim.facts.machine import holders
from unshim.facts.systemd import service
from unshim.facts.systemd.units import Units
from unshim.host.host import Host
from unshim.model.machine import Flag, Process, Reference, Socket, SocketState, Unit
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import FileText, Missing, Why, present
from unshim.releases.kubelet_flags import BARE_FLAGS
from unshim.text.sockets import socket_path

_NAMES = ("kubelet",)
# These hold the kubelet inside a process of their own; its settings are theirs.
_EMBEDDED = {"k3s": "k3s", "k3s-server": "k3s", "k3s-agent": "k3s", "kubelite": "microk8s"}


def read(host: Host, processes: tuple[Process, ...] | Missing, units: Units) -> Kubelet | Missing:
    """Everything known of this machine's kubelet."""
    unit = units.get("kubelet.service")
    process = service.process_of(processes, unit, _NAMES)
    started = service.read(host, unit, process, _NAMES, BARE_FLAGS)
    binary = versions.binary(host, _NAMES, service.paths(started, process))
    of = holders.held(host)
    if of is not None:
        flags = holders.kubelet_flags(host, of)
        if isinstance(flags, Missing):
            return flags
        unit, started = holders.kubelet_unit(host, of), started._replace(flags=flags)
    if binary is None and unit is None and process is None:
        holder = _embedding_program(processes)
        if holder:
            reason = f"{holder} runs the kubelet inside its own process"
            return Missing(reason, Why.NOT_OFFERED)
    flags = _named(started.flags, unit)
    version = versions.of_binary(host, binary, versions.KUBELET, expected=unit is not None)
    config = kubelet_config.read(host, flags, version, started.variables)
    running = service.running_flags(process, "the kubelet", BARE_FLAGS)
    to_come = in_tree.to_come(host, unit)
    configured = Configured(flags, config.values, version, to_come, config.drop_in_paths)
    settings = effective(configured)
    staged = kubelet_running.staged(host, unit, process, started, config, running)
    running_version = kubelet_running.release(host, process, version, staged)
    kubelet = Kubelet(
        binary=binary,
        version=version,
        process=process,
        unit=unit,
        flags=flags,
        running_flags=running,
        env_files=started.env_files,
        config_file=config.file,
        config=config.values,
        config_drop_ins=config.drop_ins,
        endpoint_socket=None,
        asks_runtime_for_driver=asks_runtime_for_driver(configured, settings),
        dockershim_references=_references(host, unit, started.env_files, config, running),
        effective=settings,
        running=kubelet_running.effective_now(
            host, process, running, config, started.variables, running_version
        ),
        staged=staged,
        running_version=running_version,
        program=service.program(host, started),
        config_faults=config_faults.read(host, flags, version, config, started.variables, to_come),
        credential_faults=credential_faults.read(host, version, settings),
    )
    return kubelet._replace(endpoint_socket=_endpoint_socket(host, kubelet, units))


def _named(
    flags: tuple[Flag, ...] | Missing, unit: Unit | None | Missing
) -> tuple[Flag, ...] | Missing:
    """The flags of the next start. Of a program on disk that nothing starts none are known."""
    if unit is None and isinstance(flags, Missing) and flags.why is Why.NOT_PRESENT:
        return Missing("nothing here starts the kubelet: no kubelet.service", flags.why)
    return flags


def _embedding_program(processes: tuple[Process, ...] | Missing) -> str:
    for process in present(processes) or ():
        name = process.exe.rpartition("/")[2] or process.name
        if process.uid == 0 and name in _EMBEDDED:
            return _EMBEDDED[name]
    return ""


def _references(
    host: Host,
    unit: object,
    env_files: tuple[FileText, ...],
    config: KubeletConfig,
    running: tuple[Flag, ...] | Missing,
) -> tuple[Reference, ...] | Missing:
    files = [*getattr(unit, "files", ()), *env_files, *config.files]
    return references.read(host, files, running)


def _endpoint_socket(host: Host, kubelet: Kubelet, units: Units) -> Socket | None | Missing:
    """Whether something listens at the kubelet's endpoint, where a connect disturbs nothing."""
    endpoint = kubelet.endpoint
    if isinstance(endpoint, Missing) or endpoint is None:
        return endpoint
    path = socket_path(endpoint.value)
    if not path:
        return None
    if host.at_rest:
        return Missing(host.socket(path).reason, Why.AT_REST)
    name = path.rpartition("/")[2]
    if name == "docker.sock" or (name == "dockershim.sock" and not is_remote(kubelet.runtime)):
        return _only_looked_at(host, path, "it is Docker's, so it was not connected to")
    if name == "cri-dockerd.sock" and _held_by_systemd(units):
        reason = "cri-docker.socket would start cri-dockerd, so it was not connected to"
        return _only_looked_at(host, path, reason)
    return host.socket(path)


def _held_by_systemd(units: Units) -> bool:
    """Whether a connect might start cri-dockerd: its socket unit is there, its service not up."""
    if units.get("cri-docker.socket") is None:
        return False
    daemon = present(units.get("cri-docker.service"))
    state = present(daemon.state) if daemon else None
    return state is None or state.active != "active"


def _only_looked_at(host: Host, path: str, reason: str) -> Socket:
    entry = host.stat(path)
    if entry is None:
        return Socket(path, SocketState.ABSENT, "there is nothing at this path")
    if isinstance(entry, Missing):
        return Socket(path, SocketState.UNKNOWN, entry.reason)
    return Socket(path, SocketState.UNKNOWN, reason)
