"""Kernel parameters: their values now, and what sets them at the next boot.

Source: sysctl.d(5) and systemd's src/sysctl/sysctl.c (release 252): the last assignment of a name
holds, a pattern never overrides what is named in full, `-name` alone takes a name out of patterns.
Seen on a real systemd 252.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from unshim.escape import decode, visible
from unshim.facts import boot_files
from unshim.host import Host
from unshim.model.kernel import Sysctl
from unshim.model.values import Missing, Origin, Setting, Source

NAMES = (
    "net.ipv4.ip_forward",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.forwarding",
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
    "net.netfilter.nf_conntrack_max",
    "kernel.pid_max",
    "kernel.panic",
    "kernel.panic_on_oops",
    "kernel.keys.root_maxkeys",
    "kernel.keys.root_maxbytes",
    "vm.overcommit_memory",
    "vm.panic_on_oom",
    "fs.inotify.max_user_instances",
    "fs.inotify.max_user_watches",
    "user.max_user_namespaces",
)
"""What Kubernetes, its CNI plugins and the kubelet's --protect-kernel-defaults ask for."""


def read(host: Host, parameters: tuple[str, ...] | Missing) -> tuple[Sysctl, ...]:
    """Each of NAMES; `parameters` is the kernel's command line, which may set some (Linux 5.8)."""
    found = boot_files.files(host, "sysctl.d")
    at_boot = found if isinstance(found, Missing) else AtBoot(list(boot_files.lines(found)))
    return tuple(Sysctl(name, _now(host, name), _then(name, at_boot, parameters)) for name in NAMES)


def _now(host: Host, name: str) -> Setting[str] | None | Missing:
    path = f"/proc/sys/{name.replace('.', '/')}"
    file = host.read(path)
    if file is None and not host.live and host.stat("/proc/sys") is None:
        return Missing("in a plain tree no kernel runs")
    if file is None or isinstance(file, Missing):
        return file
    return Setting(decode(b" ".join(file.data.split())), Source(Origin.FILE, path))


def _then(
    name: str, at_boot: AtBoot | Missing, parameters: tuple[str, ...] | Missing
) -> Setting[str] | None | Missing:
    if isinstance(at_boot, Missing):
        return at_boot
    found = at_boot.value(name)
    if found is not None or isinstance(parameters, Missing):
        return found
    for word in reversed(parameters):
        key, equals, value = word.partition("=")
        if equals and key.replace("/", ".") == f"sysctl.{name}":
            return Setting(visible(value), Source(Origin.FILE, "/proc/cmdline"))
    return None


def _dotted(key: str) -> str:
    """A name as systemd reads it: where the first separator is a slash, dots are part of names."""
    first = next((c for c in key if c in "./"), ".")
    if first == ".":
        return key
    return key.replace(".", "\0").replace("/", ".").replace("\0", "/")


class AtBoot:
    """What the files come to."""

    def __init__(self, lines: Sequence[boot_files.Line]) -> None:
        self._named: dict[str, Setting[str]] = {}
        self._patterns: dict[str, Setting[str]] = {}
        self._excluded: set[str] = set()
        for line in lines:
            self._take(line)

    def _take(self, line: boot_files.Line) -> None:
        key, equals, value = line.text.partition("=")
        key = key.strip()
        if not equals:
            if key.startswith("-"):
                self._excluded.add(_dotted(key[1:]))
            return
        key = _dotted(key.removeprefix("-").strip())
        setting = Setting(value.strip(), line.source)
        chosen = self._patterns if set(key) & set("*?[") else self._named
        # The last one also comes last where several patterns fit.
        chosen.pop(key, None)
        chosen[key] = setting

    def value(self, name: str) -> Setting[str] | None:
        found = self._named.get(name)
        if found is not None or name in self._excluded:
            return found
        fitting = [s for pattern, s in self._patterns.items() if _fits(name, pattern)]
        return fitting[-1] if fitting else None


def _fits(name: str, pattern: str) -> bool:
    """As glob(7) over /proc/sys: a star stays between two slashes."""
    parts, wanted = name.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(
        fnmatch.fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=True)
    )
