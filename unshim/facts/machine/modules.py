"""Kernel modules: loaded now, loaded at the next boot, kept out by modprobe.d.

Source: modules-load.d(5), modprobe.d(5), systemd's src/modules-load/modules-load.c (release 252),
which honours blacklists for the modules it loads; kmod's libkmod-config.c (29 to 33) for lines of
modprobe.d that go on after a backslash and for modprobe.blacklist=; the kernel's
kernel-parameters.txt for module_blacklist=. Aliases and softdeps that load one more module are not
followed, but for the schedulers of ip_vs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unshim.facts.machine import boot_files
from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.parts.kernel import Module
from unshim.model.values import FileText, Missing, Origin, Setting, Source
from unshim.text.patterns import lazy

NAMES = ("overlay", "br_netfilter", "nf_conntrack", "ip_vs")

_KERNEL = "/sys/module"
_LOADED_NOW = "/proc/modules"
_BRIDGE = "/proc/sys/net/bridge"
_LOADING = "modules-load.d"
_KEPT_OUT = "modprobe.d"

PLACES = Places(
    stat=(_BRIDGE, *(f"{_KERNEL}/{name}" for name in NAMES)),
    read=(_LOADED_NOW,),
    boot=(_LOADING, _KEPT_OUT),
)

_CONTINUED = lazy(rb"(?m)^[^\n]*\\\n(?:[^\n]*\\\n)*[^\n]*")
_CMDLINE = Source(Origin.FILE, "/proc/cmdline")


def read(
    host: Host, filesystems: frozenset[str] | Missing, parameters: tuple[str, ...] | Missing
) -> tuple[Module, ...]:
    """Each of NAMES. A module that is built in counts as loaded, and needs no line to be so."""
    loading = _loading(host, parameters)
    blocked = boot_files.files(host, _KEPT_OUT)
    loaded = host.read(_LOADED_NOW)
    kept_out = {
        name: blocked if isinstance(blocked, Missing) else _blocked(name, blocked, parameters)
        for name in NAMES
    }
    if isinstance(loading, dict) and "ip_vs" in loading and kept_out["ip_vs"] is None:
        # The one of NAMES that needs another.
        loading.setdefault("nf_conntrack", loading["ip_vs"])
    return tuple(
        Module(
            name,
            _is_loaded(host, name, loaded, filesystems),
            loading if isinstance(loading, Missing) else loading.get(name),
            kept_out[name],
        )
        for name in NAMES
    )


def _is_loaded(
    host: Host, name: str, modules: FileText | None | Missing, filesystems: frozenset[str] | Missing
) -> Setting[bool] | Missing:
    if name == "overlay" and not isinstance(filesystems, Missing) and "overlay" in filesystems:
        return Setting(True, Source(Origin.FILE, "/proc/filesystems"))
    if name == "br_netfilter" and host.stat(_BRIDGE):
        return Setting(True, Source(Origin.FILE, _BRIDGE))
    own = host.stat(f"{_KERNEL}/{name}")
    if own:
        return Setting(True, Source(Origin.FILE, f"{_KERNEL}/{name}"))
    if isinstance(modules, Missing):
        return modules
    if modules is None:
        # A kernel without loadable modules has no such file; a plain tree has no kernel.
        none = Setting(False, Source(Origin.FILE, f"{_KERNEL}/{name}"))
        return filesystems if isinstance(filesystems, Missing) else none
    names = {line.split(b" ", 1)[0] for line in modules.data.split(b"\n")}
    there = name.encode() in names
    if isinstance(own, Missing) and not there:
        # /proc/modules says nothing of what is built in.
        return own
    return Setting(there, Source(Origin.FILE, _LOADED_NOW))


def _loading(host: Host, parameters: tuple[str, ...] | Missing) -> dict[str, Source] | Missing:
    """The line that loads each module at boot."""
    files = boot_files.files(host, _LOADING)
    if isinstance(files, Missing):
        return files
    names: dict[str, Source] = {}
    for line in boot_files.lines(files):
        _load(names, line.text, line.source)
    for key, value in _boot_options(parameters):
        if key.removeprefix("rd.") == "modules_load":
            for name in value.split(","):
                _load(names, name, _CMDLINE)
    return names


def _load(names: dict[str, Source], text: str, source: Source) -> None:
    """A module, and ip_vs with its schedulers."""
    name = _plain(text)
    names.setdefault(name, source)
    if name.startswith("ip_vs_") and name.isidentifier():
        names.setdefault("ip_vs", source)


def _boot_options(parameters: tuple[str, ...] | Missing) -> Iterator[tuple[str, str]]:
    """Keys and values of the kernel's command line; dashes in keys count as underscores."""
    for word in () if isinstance(parameters, Missing) else parameters:
        key, _, value = word.partition("=")
        yield _plain(key), value


def _plain(name: str) -> str:
    return name.strip().replace("-", "_")


def _blocked(
    name: str, files: Sequence[FileText], parameters: tuple[str, ...] | Missing
) -> Source | None:
    """`blacklist NAME`, `install NAME /bin/false` and the like, or a word of the command line."""
    for line in _commands(files):
        words = line.text.split()
        if len(words) < 2 or _plain(words[1]) != name:
            continue
        refuses = len(words) > 2 and words[2].rpartition("/")[2] in ("false", "true", ":")
        if words[0] == "blacklist" or (words[0] == "install" and refuses):
            return line.source
    for key, value in _boot_options(parameters):
        kept_out = key in ("modprobe.blacklist", "module_blacklist")
        if kept_out and name in map(_plain, value.split(",")):
            return _CMDLINE
    return None


def _commands(files: Sequence[FileText]) -> Iterator[boot_files.Line]:
    """Lines of modprobe.d: a backslash at the end joins one with the next, comments too."""
    for file in files:
        whole = file._replace(data=_CONTINUED.sub(_join, file.data))
        yield from boot_files.lines([whole])


def _join(match: re.Match[bytes]) -> bytes:
    """Lines in one, and as many empty ones behind, so that those that follow keep their numbers."""
    lines = match[0].split(b"\\\n")
    return b"".join(lines) + b"\n" * (len(lines) - 1)
