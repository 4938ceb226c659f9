"""The machine: its names, its cgroups, who manages it."""

from __future__ import annotations

from unshim.facts.machine import managed
from unshim.facts.places import Places
from unshim.facts.systemd import units as systemd
from unshim.host.host import Host
from unshim.model.machine import Machine
from unshim.model.values import Missing, Why

_CGROUPS = "/sys/fs/cgroup"
_UNIFIED = f"{_CGROUPS}/cgroup.controllers"
_TEXT_LIMIT = 120

PLACES = Places(stat=(_UNIFIED,), list=(_CGROUPS,))


def read(host: Host) -> Machine:
    """What is known of the machine; what is not known of its names is ""."""
    name, kernel, architecture = host.uname()
    _, release = managed.os_release(host)
    manager = managed.read(host)
    title = release.get("PRETTY_NAME") or release.get("NAME") or ""
    return Machine(
        name=name[:_TEXT_LIMIT],
        os=title[:_TEXT_LIMIT],
        kernel=kernel[:_TEXT_LIMIT],
        architecture=architecture[:_TEXT_LIMIT],
        cgroup_version=_cgroup_version(host),
        root=host.root,
        systemd=systemd.booted(host),
        manager=manager.name if manager else "",
    )


def unread(host: Host, missing: Missing) -> Machine:
    """The machine where it could not be read."""
    return Machine("", "", "", "", missing, host.root, missing)


def _cgroup_version(host: Host) -> int | Missing:
    """2 where the unified hierarchy stands at /sys/fs/cgroup itself, 1 for legacy and hybrid."""
    unified = host.stat(_UNIFIED)
    if isinstance(unified, Missing):
        return unified
    if unified is not None:
        return 2
    names = host.list(_CGROUPS)
    if isinstance(names, Missing):
        return names
    if names and {"cpu", "memory", "systemd", "unified"} & set(names):
        return 1
    why = Why.AT_REST if host.at_rest else Why.UNREADABLE
    return Missing("no cgroups are mounted at /sys/fs/cgroup", why)
