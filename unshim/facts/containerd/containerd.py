"""containerd on disk, as its next start uses it, and as it runs."""

from __future__ import annotations

import os

from unshim.facts import versions
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd import running as containerd_running
from unshim.facts.containerd.config import Place
from unshim.facts.machine import holders
from unshim.facts.machine.holders import Held
from unshim.facts.systemd import flags, service, staged
from unshim.facts.systemd.units import Units
from unshim.host.host import Host
from unshim.model.machine import Flag, ParseError, Process, Socket, SocketState, Unit
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.releases import distributions as managed
from unshim.releases.containerd import CONFIG_PATH, SOCKET_PATH
from unshim.text.sockets import socket_path

UNIT = "containerd.service"
_NAMES = ("containerd",)
_BARE = frozenset({"help", "h", "version", "v"})
_DOCKERS_OWN = "docker/containerd/containerd.toml"
"""dockerd may run a containerd of its own, without CRI: `--config /var/run/docker/containerd/…`."""


def read(host: Host, processes: tuple[Process, ...] | Missing, units: Units) -> Containerd:
    """Everything known of this machine's containerd."""
    unit = units.get(UNIT)
    process = service.process_of(_candidates(processes), unit, _NAMES)
    started = service.read(host, unit, process, _NAMES, _BARE)
    known = [process.exe if isinstance(process, Process) else "", started.program]
    binary = versions.binary(host, _NAMES, [path for path in known if path])
    version = versions.of_binary(host, binary, versions.CONTAINERD, expected=unit is not None)
    place = _place(started.flags)
    of = holders.held(host)
    if of is not None:
        unit, place = holders.unit(host, of), _held_place(of)
        started = service.read(host, unit, process, _NAMES, _BARE)
        binary = versions.binary(host, _NAMES, [f"{of.holder.programs}/containerd"])
        own = versions.Program("containerd", ())
        version = versions.of_binary(host, binary, own, expected=True)
    config = _config(host, place, version, binary, process, unit)
    socket = _socket(host, config, place)
    files = config.files if isinstance(config, ContainerdConfig) else ()
    running_flags = service.running_flags(process, "containerd", _BARE)
    return Containerd(
        binary=binary,
        version=version,
        process=process,
        unit=unit,
        config=config,
        socket=socket,
        running=containerd_running.read(host, socket),
        staged=staged.of_service(host, unit, process, started, files, running_flags),
        program=service.program(host, started),
    )


_ROOT: Setting[object] = Setting("/var/lib/containerd", Source(Origin.DEFAULT, "containerd"))


class Located(NamedTuple):
    """Where the daemon listens, and the folder that holds its images."""

    socket: str
    root: str


def locate(host: Host) -> Located:
    """Where to find containerd without asking it or systemd anything: for live samples."""
    process = service.process_of(_candidates(host.processes()), None, _NAMES)
    start_flags = service.read(host, None, process, _NAMES, _BARE).flags
    place = _place(start_flags)
    config = containerd_config.read(host, place, Missing("not asked"))
    configured_root = config.effective["root"] if isinstance(config, ContainerdConfig) else None
    root = (
        configured_root if isinstance(configured_root, Setting) else place.flags.get("root", _ROOT)
    )
    return Located(_socket(host, config, place).path, str(root.value))


def _candidates(processes: tuple[Process, ...] | Missing) -> tuple[Process, ...] | Missing:
    if isinstance(processes, Missing):
        return processes
    return tuple(p for p in processes if not any(_DOCKERS_OWN in word for word in p.argv))


def _place(start_flags: tuple[Flag, ...] | Missing) -> Place:
    """Where the configuration is. Flags that cannot be known are taken as not given."""
    known = () if isinstance(start_flags, Missing) else start_flags
    path = flags.last(known, "config", "c")
    address = flags.last(known, "address", "a")
    default = Setting(CONFIG_PATH, Source(Origin.DEFAULT, "default of containerd"))
    named = {"grpc.address": address}
    for flag, name in (("root", "root"), ("state", "state"), ("log-level", "debug.level")):
        named[name] = flags.last(known, flag)
    flag_settings = {name: Setting[object](s.value, s.source) for name, s in named.items() if s}
    return Place(path or default, path is not None, flag_settings)


def _held_place(of: Held) -> Place:
    """Where a distribution's containerd is configured, and listens."""
    paths = of.distribution.paths
    source = Source(Origin.DEFAULT, f"as {of.holder.name} lays it out")
    address: Setting[object] = Setting(paths.containerd_socket, source)
    return Place(Setting(paths.containerd_config, source), True, {"grpc.address": address})


def _config(
    host: Host,
    place: Place,
    version: Setting[Version] | Missing,
    binary: Setting[str] | None | Missing,
    process: Process | None | Missing,
    unit: Unit | None | Missing,
) -> ContainerdConfig | ParseError | Missing:
    """What holds; no defaults are told of a containerd that is nowhere."""
    if isinstance(unit, Missing) and unit.why is Why.UNREADABLE:
        return unit  # a unit that is garbled may start it with any other file
    nowhere = not isinstance(binary, Setting) and not isinstance(process, Process) and not unit
    if nowhere and host.stat(place.path.value) is None:
        if isinstance(binary, Missing):
            return binary
        if isinstance(process, Missing) and host.at_rest is None:
            return process
        return Missing("containerd is not installed", Why.NOT_PRESENT)
    program = binary.value if isinstance(binary, Setting) else None
    return containerd_config.read(host, place, version, program)


def _socket(host: Host, config: ContainerdConfig | ParseError | Missing, place: Place) -> Socket:
    """The configured socket; a managed distribution's where that one is not there."""
    if isinstance(config, ContainerdConfig):
        address = config.address.value
    else:
        flag = place.flags.get("grpc.address")
        address = str(flag.value) if flag else SOCKET_PATH
    path = socket_path(address)
    if not path:
        return Socket(address, SocketState.UNKNOWN, f"{address} is not a path of a unix socket")
    socket = host.socket(path)
    if socket.state is not SocketState.ABSENT:
        return socket
    for other in managed.sockets():
        if host.stat(os.path.dirname(other)) and host.socket(other).state is SocketState.LISTENING:
            return host.socket(other)
    return socket
