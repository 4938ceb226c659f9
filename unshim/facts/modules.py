"""Kernel modules: loaded now, loaded at the next boot, kept out by modprobe.d.

Source: modules-load.d(5), modprobe.d(5), systemd's src/modules-load/modules-load.c (release 252),
which honours blacklists for the modules it loads.
"""

from __future__ import annotations

from collections.abc import Sequence

from unshim.facts import boot_files
from unshim.host import Host
from unshim.model.kernel import Module
from unshim.model.values import FileText, Missing, Origin, Setting, Source

NAMES = ("overlay", "br_netfilter", "nf_conntrack", "ip_vs")

_ETC_MODULES = "/etc/modules"


def read(
    host: Host, filesystems: frozenset[str] | Missing, parameters: tuple[str, ...] | Missing
) -> tuple[Module, ...]:
    """Each of NAMES. A module that is built in counts as loaded, and needs no line to be so."""
    loading = _loading(host, parameters)
    blocked = boot_files.files(host, "modprobe.d")
    loaded = host.read("/proc/modules")
    return tuple(
        Module(
            name,
            _loaded(host, name, loaded, filesystems),
            loading if isinstance(loading, Missing) else loading.get(name),
            blocked if isinstance(blocked, Missing) else _blocked(name, blocked),
        )
        for name in NAMES
    )


def _loaded(
    host: Host, name: str, modules: FileText | None | Missing, filesystems: frozenset[str] | Missing
) -> Setting[bool] | Missing:
    if name == "overlay" and not isinstance(filesystems, Missing) and "overlay" in filesystems:
        return Setting(True, Source(Origin.FILE, "/proc/filesystems"))
    if name == "br_netfilter" and host.stat("/proc/sys/net/bridge"):
        return Setting(True, Source(Origin.FILE, "/proc/sys/net/bridge"))
    if host.stat(f"/sys/module/{name}"):
        return Setting(True, Source(Origin.FILE, f"/sys/module/{name}"))
    if isinstance(modules, Missing):
        return modules
    if modules is None:
        # A kernel without loadable modules has no such file; a plain tree has no kernel.
        none = Setting(False, Source(Origin.FILE, f"/sys/module/{name}"))
        return filesystems if isinstance(filesystems, Missing) else none
    names = {line.split(b" ", 1)[0] for line in modules.data.split(b"\n")}
    return Setting(name.encode() in names, Source(Origin.FILE, "/proc/modules"))


def _loading(host: Host, parameters: tuple[str, ...] | Missing) -> dict[str, Source] | Missing:
    """The line that loads each module at boot."""
    found = boot_files.files(host, "modules-load.d")
    if isinstance(found, Missing):
        return found
    names: dict[str, Source] = {}
    for line in boot_files.lines(found):
        names.setdefault(_plain(line.text), line.source)
    if isinstance(parameters, tuple):
        for word in parameters:
            key, _, value = word.partition("=")
            if key in ("modules_load", "modules-load", "rd.modules_load", "rd.modules-load"):
                for name in value.split(","):
                    names.setdefault(_plain(name), Source(Origin.FILE, "/proc/cmdline"))
    return names


def _plain(name: str) -> str:
    return name.strip().replace("-", "_")


def _blocked(name: str, files: Sequence[FileText]) -> Source | None:
    """`blacklist NAME`, or `install NAME /bin/false` and the like."""
    for line in boot_files.lines(files):
        words = line.text.split()
        if len(words) < 2 or _plain(words[1]) != name:
            continue
        refuses = len(words) > 2 and words[2].rpartition("/")[2] in ("false", "true", ":")
        if words[0] == "blacklist" or (words[0] == "install" and refuses):
            return line.source
    return None
