"""CNI: where containerd and the kubelet look for networks, and which one they load.

Sources: containerd/go-cni opts.go (loadFromConfDir) and what 1.4.13, 1.6.20, 1.7.24 and 2.1.9
load; for dockershim pkg/kubelet/dockershim/network/cni/cni.go of Kubernetes 1.20
(getDefaultCNINetwork).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from unshim.facts.places import Places
from unshim.facts.systemd import flags
from unshim.host.host import Host, Kind
from unshim.model.machine import Flag, ParseError
from unshim.model.parts.cni import Cni, CniBinary, CniFile, CniNetwork, CniSetup
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why
from unshim.text.escape import visible

CONF_DIR = "/etc/cni/net.d"
BIN_DIR = "/opt/cni/bin"
DEBIANS_BIN_DIR = "/usr/lib/cni"
_DEBIANS_PACKAGE = "/var/lib/dpkg/info/containerd.list"

PLACES = Places(stat=(_DEBIANS_PACKAGE,))

_MANY = Version(2, 1, 0)
"""From here on there is `bin_dirs`, and libcni reads folders of plugins."""
_NEWEST = Version(2, 2, 0)
_WITHOUT_DOCKERSHIM = Version(1, 24, 0)
_SUFFIXES = (".conf", ".conflist", ".json")
_FILES = 200
"""Files of one folder that are looked at."""


def read(host: Host, containerd: Containerd | Missing, kubelet: Kubelet | Missing) -> Cni:
    """What is configured, what of it is loaded, and what the running daemon says of it."""
    return Cni(
        containerd=_of_containerd(host, containerd),
        kubelet=_of_kubelet(host, kubelet),
        plugin=_plugin(kubelet),
        ready=_ready(containerd),
    )


def _of_containerd(host: Host, containerd: Containerd | Missing) -> CniSetup | Missing:
    if isinstance(containerd, Missing):
        return containerd
    config = containerd.config
    if isinstance(config, ParseError):
        return Missing(f"{config.path} cannot be read: {config.message}")
    if isinstance(config, Missing):
        return config
    release = containerd.version.value if isinstance(containerd.version, Setting) else _NEWEST
    bin_dirs = _bin_dirs(host, config, release)
    if isinstance(bin_dirs, Missing):
        return bin_dirs
    named, most = config.effective["cni.conf_dir"], config.effective["cni.max_conf_num"]
    if isinstance(named, Missing):
        return named
    if isinstance(most, Missing):
        return most
    conf_dir = Setting(str(named.value), named.source)
    max_conf_num = Setting(int(str(most.value)), most.source)
    files = _files(host, conf_dir.value, folders=release >= _MANY)
    active = _loaded(files, conf_dir.value, max_conf_num.value)
    binaries = _binaries(host, bin_dirs.value)
    loopback = config.effective["cni.use_internal_loopback"]
    own = isinstance(loopback, Setting) and loopback.value is True
    return CniSetup(conf_dir, bin_dirs, max_conf_num, files, active, binaries, own)


def _bin_dirs(
    host: Host, config: ContainerdConfig, release: Version
) -> Setting[tuple[str, ...]] | Missing:
    """Debian's default where nothing is set."""
    setting = config.effective["cni.bin_dirs"]
    if isinstance(setting, Missing):
        return setting
    if setting.source.origin is Origin.DEFAULT:
        return _default_bin_dirs(host, release)
    paths = setting.value if isinstance(setting.value, tuple) else (setting.value,)
    return Setting(tuple(map(str, paths)), setting.source)


def _default_bin_dirs(host: Host, release: Version) -> Setting[tuple[str, ...]]:
    """Debian's builds look where its plugins are: 1.7.24 there alone, 2.1.9 there first; 1.4.13
    and 1.6.20 have a configuration file for it instead."""
    origin = f"default of containerd {release.major}.{release.minor}"
    if release >= Version(1, 7, 0) and _of_debian(host):
        paths: tuple[str, ...] = (DEBIANS_BIN_DIR,)
        if release >= _MANY:
            paths = (DEBIANS_BIN_DIR, BIN_DIR)
        return Setting(paths, Source(Origin.DEFAULT, f"{origin} in Debian"))
    return Setting((BIN_DIR,), Source(Origin.DEFAULT, origin))


def _of_debian(host: Host) -> bool:
    if not host.stat(_DEBIANS_PACKAGE):
        return False
    release = host.read("/etc/os-release")
    data = release.data if release else b""
    return re.search(rb'(?m)^ID="?debian"?\s*$', data) is not None


def _files(host: Host, folder: str, folders: bool) -> tuple[CniFile, ...] | Missing:
    names = host.list(folder)
    if isinstance(names, Missing):
        return names
    files = []
    for name in sorted(n for n in names or () if _suffix(n) in _SUFFIXES)[:_FILES]:
        path = f"{folder.rstrip('/')}/{name}"
        what = host.stat(path)
        if what is None or (not isinstance(what, Missing) and what.kind is Kind.DIRECTORY):
            continue
        file = host.read(path)
        if isinstance(file, Missing):
            files.append(CniFile(visible(path), file, file))
        elif file is not None:
            files.append(CniFile(visible(path), file, _parse(host, file, folders)))
    return tuple(files)


def _parse(host: Host, file: FileText, folders: bool) -> CniNetwork | ParseError | Missing:
    from unshim.facts.network.cni_conf import parse

    return parse(host, file, folders)


def _suffix(name: str) -> str:
    """From the last dot on, as Go has it: the whole of `.conf`."""
    return name[name.rfind(".") :] if "." in name else ""


def _loaded(
    files: tuple[CniFile, ...] | Missing, folder: str, most: int
) -> tuple[CniFile, ...] | Missing:
    """The first `most` (0: all); a file before them that is refused stops it all."""
    if isinstance(files, Missing):
        return files
    wanted = files[:most] if most > 0 else files
    if not wanted:
        return Missing(f"no network configuration in {visible(folder)}", Why.NOT_PRESENT)
    for file in wanted:
        if isinstance(file.network, ParseError):
            return Missing(f"{file.path} {file.network.message}")
        if isinstance(file.network, Missing):
            return file.network
    return wanted


def _binaries(host: Host, folders: Sequence[str]) -> tuple[CniBinary, ...] | Missing:
    binaries: dict[str, CniBinary] = {}
    for folder in folders:
        names = host.list(folder)
        if isinstance(names, Missing):
            return names
        for name in names or ():
            path = f"{folder.rstrip('/')}/{name}"
            what = host.stat(path) if name not in binaries else None
            if what and not isinstance(what, Missing) and what.kind is Kind.FILE:
                label = visible(name)
                binaries[name] = CniBinary(label, visible(path), bool(what.mode & 0o111))
    return tuple(binaries.values())


def _kubelet_flags(kubelet: Kubelet | Missing) -> tuple[Flag, ...] | None | Missing:
    """The kubelet's flags; None for one without dockershim, which knows none of CNI's."""
    if isinstance(kubelet, Missing):
        return kubelet
    version = kubelet.version
    if isinstance(version, Setting) and version.value >= _WITHOUT_DOCKERSHIM:
        return None
    return kubelet.flags


def _plugin(kubelet: Kubelet | Missing) -> Setting[str] | None | Missing:
    kubelet_flags = _kubelet_flags(kubelet)
    if kubelet_flags is None or isinstance(kubelet_flags, Missing):
        return kubelet_flags
    none = Setting("", Source(Origin.DEFAULT, "default of the kubelet"))
    return flags.last(kubelet_flags, "network-plugin") or none


def _of_kubelet(host: Host, kubelet: Kubelet | Missing) -> CniSetup | None | Missing:
    kubelet_flags = _kubelet_flags(kubelet)
    if kubelet_flags is None or isinstance(kubelet_flags, Missing):
        return kubelet_flags
    default = Source(Origin.DEFAULT, "default of the kubelet")
    conf_dir = flags.last(kubelet_flags, "cni-conf-dir") or Setting(CONF_DIR, default)
    named = flags.last(kubelet_flags, "cni-bin-dir") or Setting(BIN_DIR, default)
    bin_dirs = Setting(tuple(filter(None, named.value.split(","))), named.source)
    files = _files(host, conf_dir.value, folders=False)
    binaries = _binaries(host, bin_dirs.value)
    setup = CniSetup(conf_dir, bin_dirs, Setting(1, default), files, files, binaries)
    return setup._replace(active=_first_good(setup))


def _first_good(setup: CniSetup) -> tuple[CniFile, ...] | Missing:
    """dockershim passes over files it refuses, and over networks whose plugins are not there."""
    if isinstance(setup.files, Missing):
        return setup.files
    for file in setup.files:
        if isinstance(file.network, CniNetwork):
            lacking = setup.lacking(file.network)
            if isinstance(lacking, Missing):
                return lacking
            if not set(lacking) & {plugin.type for plugin in file.network.plugins}:
                return (file,)
    where = setup.conf_dir.value
    return Missing(f"no network configuration in {where} that can be used", Why.NOT_PRESENT)


def _ready(containerd: Containerd | Missing) -> Setting[str] | Missing:
    if isinstance(containerd, Missing):
        return containerd
    service = containerd.cri
    if isinstance(service, Missing):
        return service
    source = Source(Origin.DAEMON, containerd.socket.path)
    for condition in service.conditions:
        if condition.type == "NetworkReady":
            reason = condition.message or condition.reason or "not ready"
            return Setting("" if condition.status else reason, source)
    return Missing("containerd tells no NetworkReady condition", Why.NOT_OFFERED)
