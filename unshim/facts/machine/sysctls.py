"""Kernel parameters: their values now, and what sets them at the next boot.

Source: sysctl.d(5) and systemd's src/sysctl/sysctl.c (release 252): the last assignment of a name
holds, a pattern never overrides what is named in full, `-name` alone takes a name out of patterns.
Seen on a real systemd 252.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from unshim.facts.machine import boot_files
from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.parts.kernel import Sysctl
from unshim.model.values import Missing, Origin, Setting, Source
from unshim.text.escape import decode, visible
from unshim.text.patterns import lazy

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

_KERNEL = "/proc/sys"
_FOLDERS = "sysctl.d"


def _current(name: str) -> str:
    return f"{_KERNEL}/{name.replace('.', '/')}"


PLACES = Places(stat=(_KERNEL,), read=tuple(map(_current, NAMES)), boot=(_FOLDERS,))

# ip_forward is all.forwarding by another name; IPv6's `all` writes through to `default`
# (net/ipv4/devinet.c and net/ipv6/addrconf.c of Linux 2.6.12 to 6.x).
_ALSO_SET_BY = {
    "net.ipv4.ip_forward": ("net.ipv4.conf.all.forwarding",),
    "net.ipv6.conf.default.forwarding": ("net.ipv6.conf.all.forwarding",),
}
# Parameters with words of their own on the kernel's command line (kernel-parameters.txt).
_OLDER = {"panic": "kernel.panic"}
# All of NAMES are numbers; what is none the kernel refuses, and the old value stays.
_NUMBER = lazy(r"-?(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\s|$)")
_SWAPPED = str.maketrans("./", "/.")


def read(host: Host, parameters: tuple[str, ...] | Missing) -> tuple[Sysctl, ...]:
    """Each of NAMES; `parameters` is the kernel's command line, which may set some (Linux 5.8)."""
    files = boot_files.files(host, _FOLDERS)
    at_boot = files if isinstance(files, Missing) else AtBoot(list(boot_files.lines(files)))
    return tuple(Sysctl(name, _now(host, name), _then(name, at_boot, parameters)) for name in NAMES)


def _now(host: Host, name: str) -> Setting[str] | None | Missing:
    path = _current(name)
    file = host.read(path)
    if file is None and not host.live and host.stat(_KERNEL) is None:
        return Missing("in a plain tree no kernel runs")
    if file is None or isinstance(file, Missing):
        return file
    return Setting(decode(b" ".join(file.data.split())), Source(Origin.FILE, path))


def _then(
    name: str, at_boot: AtBoot | Missing, parameters: tuple[str, ...] | Missing
) -> Setting[str] | None | Missing:
    if isinstance(at_boot, Missing):
        return at_boot
    setting = at_boot.value(name)
    if setting is not None or isinstance(parameters, Missing):
        return setting
    cmdline = Source(Origin.FILE, "/proc/cmdline")
    for word in reversed(parameters):
        key, equals, value = word.partition("=")
        if equals and (key.replace("/", ".") == f"sysctl.{name}" or _OLDER.get(key) == name):
            return Setting(visible(value), cmdline)
        if word == "oops=panic" and name == "kernel.panic_on_oops":
            return Setting("1", cmdline)
    return None


def _path(key: str) -> str:
    """A name as systemd reads it, as a path below /proc/sys: where the first separator is a dot,
    dots and slashes change places; slashes in front, at the end and in a row are of no account."""
    first = next((c for c in key if c in "./"), "/")
    if first == ".":
        key = key.translate(_SWAPPED)
    return "/".join(part for part in key.split("/") if part)


class AtBoot:
    """What the files come to. An option without a value only keeps its name out of patterns."""

    def __init__(self, lines: Sequence[boot_files.Line]) -> None:
        self._options: dict[str, Setting[str] | None] = {}
        for line in lines:
            self._take(line)

    def _take(self, line: boot_files.Line) -> None:
        key, equals, value = line.text.partition("=")
        key = key.strip()
        if not equals and not key.startswith("-"):
            return
        path = _path(key.removeprefix("-").strip())
        setting = Setting(value.strip(), line.source) if equals else None
        known = self._options.get(path)
        if known is None or setting is None or known.value != setting.value:
            # Said again with the same value, an option keeps its place in the order.
            self._options.pop(path, None)
        self._options[path] = setting

    def value(self, name: str) -> Setting[str] | None:
        """What the last of the options sets that set this parameter."""
        paths = [_path(one) for one in (name, *_ALSO_SET_BY.get(name, ()))]
        winner = None
        for option, setting in self._options.items():
            if setting and _NUMBER.match(setting.value):
                winner = setting if any(self._sets(option, path) for path in paths) else winner
        return winner

    def _sets(self, option: str, path: str) -> bool:
        if set(option) & set("*?["):
            return path not in self._options and _fits(path, option)
        return option == path


def _fits(path: str, pattern: str) -> bool:
    """As glob(7) over /proc/sys: a star stays between two slashes."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(
        fnmatch.fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=True)
    )
