"""The machine: its names, its cgroups, who manages it."""

from __future__ import annotations

from unshim.escape import visible
from unshim.facts import environment, systemd
from unshim.facts.present import present
from unshim.host import Host
from unshim.model.facts import Machine
from unshim.model.values import Missing

_CGROUPS = "/sys/fs/cgroup"
# Where a distribution writes the files itself: what stands there is overwritten.
_MARKERS = (
    ("/var/lib/rancher/k3s", "k3s"),
    ("/var/lib/rancher/rke2", "rke2"),
    ("/var/snap/microk8s", "MicroK8s"),
    ("/var/lib/k0s", "k0s"),
    ("/kind", "kind"),
    ("/var/lib/minikube", "minikube"),
    ("/etc/eks", "Amazon EKS"),
    ("/etc/kubernetes/azure.json", "Azure AKS"),
    ("/home/kubernetes/bin", "Google GKE"),
)
_SYSTEMS = {
    "bottlerocket": "Bottlerocket",
    "talos": "Talos",
    "flatcar": "Flatcar",
    "cos": "Container-Optimized OS",
}
_TEXT_LIMIT = 120


def read(host: Host) -> Machine:
    """What is known of the machine; what is not known of its names is ""."""
    name, kernel, architecture = host.uname()
    release = _os_release(host)
    title = release.get("PRETTY_NAME") or release.get("NAME") or ""
    return Machine(
        name=name[:_TEXT_LIMIT],
        os=title[:_TEXT_LIMIT],
        kernel=kernel[:_TEXT_LIMIT],
        architecture=architecture[:_TEXT_LIMIT],
        cgroup_version=_cgroup_version(host),
        root=host.root,
        systemd=systemd.booted(host),
        manager=_manager(host, release.get("ID", "")),
    )


def _os_release(host: Host) -> dict[str, str]:
    """Values of os-release(5), which has the syntax of an EnvironmentFile."""
    file = present(host.read("/etc/os-release")) or present(host.read("/usr/lib/os-release"))
    if file is None:
        return {}
    pairs = environment.parse_env_file(file.data)
    return {name: visible(value.text) for name, value in pairs}


def _cgroup_version(host: Host) -> int | Missing:
    """2 where the unified hierarchy stands at /sys/fs/cgroup itself, 1 for legacy and hybrid."""
    unified = host.stat(f"{_CGROUPS}/cgroup.controllers")
    if isinstance(unified, Missing):
        return unified
    if unified is not None:
        return 2
    names = host.list(_CGROUPS)
    if isinstance(names, Missing):
        return names
    if names and {"cpu", "memory", "systemd", "unified"} & set(names):
        return 1
    return Missing("no cgroups are mounted at /sys/fs/cgroup")


def _manager(host: Host, system: str) -> str:
    for path, name in _MARKERS:
        if host.stat(path):
            return name
    return _SYSTEMS.get(system, "")
