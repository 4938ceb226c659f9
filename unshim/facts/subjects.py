"""What is known of a node, by subject: each is declared here once, by a row.

From the rows follow what `gather` reads, what `unshim facts` shows and completes, what both
recorders look at, and the list in docs/facts.md. Light: the command line is built from it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from unshim.model.nouns import NamedTuple

PROCESSES = "processes"
"""What a reader may need though it is not a subject: the processes that unshim knows."""


class Subject(NamedTuple):
    """One subject.

    `name` is its field of Node. The others name `module:thing` below unshim.facts: `reader`, a
    function of the host and of what it `needs`, in this order; `places`, the Places where it always
    looks; `unread`, a function of the host and a Missing, for a subject that is a value even then.
    """

    name: str
    title: str
    reader: str
    holds: str
    needs: tuple[str, ...] = ()
    places: str = ""
    unread: str = ""

    @property
    def word(self) -> str:
        """Its name on the command line and in JSON."""
        return self.name.replace("_", "-")


_SERVICE = (PROCESSES, "units")

SUBJECTS = (
    Subject(
        "machine",
        "the machine",
        "machine.machine:read",
        "name, system, kernel, architecture, cgroup version, who manages the node",
        unread="machine.machine:unread",
        places="machine.machine:PLACES",
    ),
    Subject(
        "kubelet",
        "the kubelet",
        "kubelet.kubelet:read",
        "binary, process, unit, flags, every setting as the next start uses it and as it runs, "
        "what changed since the start",
        _SERVICE,
        places="kubelet.references:PLACES",
    ),
    Subject(
        "containerd",
        "containerd",
        "containerd.containerd:read",
        "binary, process, unit, configuration after imports, keys that the release does not read; "
        "version, plugins, deprecations, tasks and CRI as the daemon tells them",
        _SERVICE,
    ),
    Subject(
        "docker",
        "Docker",
        "docker.docker:read",
        "daemon.json and flags; while it runs, its containers with their log options, its images",
        (*_SERVICE, "machine"),
    ),
    Subject(
        "crictl",
        "crictl",
        "clients.crictl:read",
        "binary and the configuration file that it would read",
        places="clients.crictl:PLACES",
    ),
    Subject(
        "images",
        "the images",
        "images.images:read",
        "the images of every containerd namespace, and what of them is there",
        ("containerd",),
    ),
    Subject(
        "pods",
        "the pods",
        "images.pods:read",
        "the pods and containers of CRI",
        ("containerd",),
    ),
    Subject(
        "static_pods",
        "the static pods",
        "kubelet.static_pods:read",
        "the pods of the kubelet's manifests",
        ("kubelet",),
    ),
    Subject(
        "runtime",
        "the runtime",
        "kubelet.runtime:read",
        "what the kubelet will run its pods through at its next start",
        ("kubelet", "containerd", "docker"),
    ),
    Subject(
        "units",
        "systemd's units",
        "systemd.units:read",
        "the units of all of these with their drop-ins, and their state",
        unread="systemd.units:unread",
    ),
    Subject(
        "kernel",
        "the kernel",
        "machine.kernel:read",
        "modules and sysctls, now and after a reboot; swap, SELinux, AppArmor",
        places="machine.kernel:PLACES",
    ),
    Subject(
        "storage",
        "the disks",
        "machine.storage:read",
        "mounts; where images, containers and logs lie, and what room is left",
        ("kubelet", "containerd", "docker"),
        places="machine.mounts:PLACES",
    ),
    Subject(
        "logs",
        "the logs",
        "machine.logs:read",
        "logs of containers and where they lead, journald, logrotate, log agents",
        ("kubelet",),
        places="machine.logs:PLACES",
    ),
    Subject(
        "registry",
        "the registries",
        "registry.registry:read",
        "the trees of hosts.toml, and what containerd makes of each",
        ("containerd",),
    ),
    Subject(
        "cni",
        "CNI",
        "network.cni:read",
        "configurations in the order they are read, the one in use, its plugins",
        ("containerd", "kubelet"),
        places="network.cni:PLACES",
    ),
    Subject(
        "nerdctl",
        "nerdctl",
        "clients.nerdctl:read",
        "its binary and configuration",
        places="clients.nerdctl:PLACES",
    ),
    Subject(
        "buildkit",
        "buildkitd",
        "clients.buildkit:read",
        "its binary, unit and configuration",
        _SERVICE,
    ),
    Subject(
        "proxies",
        "the proxies",
        "network.proxy:read",
        "as configured and as each daemon runs",
        ("containerd", "kubelet", "docker", "buildkit"),
        places="network.proxy:PLACES",
    ),
    Subject(
        "distribution",
        "the distribution",
        "machine.managed:read",
        "the managed distribution, if any, and its own paths",
        places="machine.managed:PLACES",
    ),
)


def named(place: str) -> Any:
    """What `module:name` below unshim.facts is."""
    module, _, name = place.partition(":")
    return getattr(import_module(f"unshim.facts.{module}"), name)
