"""Proxies that the daemons are given: by unit, by environment file, by systemd, by Docker's file.

Sources: systemd.exec(5), systemd-system.conf(5) (DefaultEnvironment=), pam_env(8) for
/etc/environment, Docker's documentation of daemon.json (`proxies`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.places import Places
from unshim.facts.systemd import env_files, environment, unit_files
from unshim.facts.systemd import flags as flag_reading
from unshim.host.host import Host
from unshim.model.machine import ParseError, Process, Unit
from unshim.model.parts.clients import Buildkit
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.proxy import NAMES, Proxies, ServiceProxy, Variables
from unshim.model.values import FileText, Missing, Origin, Setting, Source
from unshim.text import lined, redact
from unshim.text.escape import visible

SPELLINGS = tuple(spelling for name in NAMES for spelling in (name, name.lower()))
_LOGIN = "/etc/environment"
_MANAGER = "/etc/systemd/system.conf"
MANAGER_FOLDERS = (
    "/usr/lib/systemd/system.conf.d",
    "/run/systemd/system.conf.d",
    "/etc/systemd/system.conf.d",
)

PLACES = Places(read=(_LOGIN, _MANAGER), list=MANAGER_FOLDERS)

_DOCKERS = ("http-proxy", "https-proxy", "no-proxy")

_Daemon = Containerd | Kubelet | Docker | Buildkit


def read(
    host: Host,
    containerd: Containerd | Missing,
    kubelet: Kubelet | Missing,
    docker: Docker | Missing,
    buildkit: Buildkit | Missing,
) -> Proxies:
    """What each daemon is given now and at its next start."""
    for_all = _of_manager(host)
    daemons: Sequence[tuple[str, _Daemon | Missing]] = (
        ("containerd", containerd),
        ("kubelet", kubelet),
        ("docker", docker),
        ("buildkit", buildkit),
    )
    services = tuple(_service(host, name, daemon, for_all) for name, daemon in daemons)
    return Proxies(services, _of_login(host), _of_docker(docker))


def _service(
    host: Host, name: str, daemon: _Daemon | Missing, for_all: Variables | Missing
) -> ServiceProxy:
    if isinstance(daemon, Missing):
        return ServiceProxy(name, daemon, daemon)
    return ServiceProxy(
        name, _configured(host, daemon.unit, for_all), _running(host, daemon.process)
    )


def _configured(
    host: Host, unit: Unit | None | Missing, for_all: Variables | Missing
) -> Variables | None | Missing:
    """Those of the unit go before those that systemd gives to all of them."""
    if unit is None or isinstance(unit, Missing):
        return unit
    if isinstance(for_all, Missing):
        return for_all
    configured = environment.read(host, unit.files)
    if configured.unread is not None:
        return configured.unread
    own = {
        name: _setting(name, variable.value.text, variable.path, variable.value.line)
        for name, variable in configured.variables.items()
        if name in SPELLINGS
    }
    return {**for_all, **own}


def _setting(name: str, text: str, path: str, line: int | None) -> Setting[str]:
    return Setting(_clean(name, text), Source(Origin.FILE, visible(path), line))


def _clean(name: str, text: str) -> str:
    return redact.value(name, visible(text))


def _running(host: Host, process: Process | None | Missing) -> Variables | None | Missing:
    if process is None or isinstance(process, Missing):
        return process
    variables = host.environment(process.pid, SPELLINGS)
    if isinstance(variables, Missing):
        return variables
    source = Source(Origin.PROCESS, f"process {process.name}")
    return {name: Setting(_clean(name, text), source) for name, text in variables.items()}


def _of_manager(host: Host) -> Variables | Missing:
    """DefaultEnvironment= of systemd itself: the main file, then drop-ins by their names, where
    the folder named last wins among equal ones."""
    files: dict[str, str] = {}
    for folder in MANAGER_FOLDERS:
        names = host.list(folder)
        if isinstance(names, Missing):
            return names
        files.update({name: folder for name in names or () if name.endswith(".conf")})
    variables: dict[str, Setting[str]] = {}
    for path in (_MANAGER, *(f"{files[name]}/{name}" for name in sorted(files))):
        file = host.read(path)
        if isinstance(file, Missing):
            return file
        if file is not None:
            _add_default_environment(variables, file)
    return {name: value for name, value in variables.items() if name in SPELLINGS}


def _add_default_environment(variables: dict[str, Setting[str]], file: FileText) -> None:
    for assignment in unit_files.parse(file):
        if (assignment.section, assignment.key) != ("Manager", "DefaultEnvironment"):
            continue
        if not assignment.value.text:
            variables.clear()
        for word in lined.words(assignment.value, escapes=True) or ():
            name, equals, text = word.text.partition("=")
            if equals:
                variables[name] = _setting(name, text, file.path, word.line)


def _of_login(host: Host) -> Variables | Missing:
    """/etc/environment has the lines of an EnvironmentFile, as far as anybody uses them."""
    file = host.read(_LOGIN)
    if file is None:
        return {}
    if isinstance(file, Missing):
        return file
    return {
        name: _setting(name, value.text, file.path, value.line)
        for name, value in env_files.parse_env_file(file.data)
        if name in SPELLINGS
    }


def _of_docker(docker: Docker | Missing) -> Variables | Missing:
    if isinstance(docker, Missing):
        return docker
    if isinstance(docker.flags, Missing):
        return docker.flags
    config = docker.config
    if isinstance(config, ParseError):
        return Missing(f"{config.path} cannot be read: {config.message}")
    if isinstance(config, Missing):
        return config
    variables: dict[str, Setting[str]] = dict(_of_file(config))
    for name in _DOCKERS:
        flag = flag_reading.last(docker.flags, name)
        if flag is not None:
            variables[name] = flag
    return variables


def _of_file(config: Mapping[str, Setting[object]]) -> Variables:
    values = ((name, config.get(f"proxies.{name}")) for name in _DOCKERS)
    return {
        name: Setting(_clean(name, str(setting.value)), setting.source)
        for name, setting in values
        if setting is not None
    }
