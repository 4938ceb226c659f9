"""buildkitd: its process, flags and file. Flags win over the file.

The file of the usual place counts even where --config names another: what stands in it are the
flags' defaults, and where it is broken buildkitd does not start.

Source: buildkit cmd/buildkitd/main.go, main_oci_worker.go and main_containerd_worker.go of v0.32.2,
on which this was compared; nerdctl pkg/buildkitutil for where its socket is looked for.
"""

from __future__ import annotations

from unshim.facts import versions
from unshim.facts.clients import buildkit_file
from unshim.facts.clients.buildkit_settings import Settled
from unshim.facts.systemd import flags, service
from unshim.facts.systemd.units import Units
from unshim.host.host import Host
from unshim.model.machine import Process, Unit
from unshim.model.parts.clients import Buildkit
from unshim.model.values import Missing, Why

UNITS = ("buildkit.service", "buildkitd.service")
_NAMES = ("buildkitd",)
CONFIG = "/etc/buildkit/buildkitd.toml"
SOCKETS = (
    "/run/buildkit-k8s.io/buildkitd.sock",
    "/run/buildkit-default/buildkitd.sock",
    "/run/buildkit/buildkitd.sock",
)
_BARE = frozenset(
    {
        *("debug", "trace", "help", "h", "version", "v", "rootless", "proxy-network"),
        *("cdi-disabled", "save-cache-debug", "oci-worker-rootless", "oci-worker-gc"),
        *("oci-worker-no-process-sandbox", "oci-worker-selinux", "containerd-worker-gc"),
        *("containerd-worker-selinux", "containerd-worker-rootless"),
    }
)


def read(host: Host, processes: tuple[Process, ...] | Missing, units: Units) -> Buildkit:
    """buildkitd on disk, as configured, and whether it runs."""
    unit: Unit | None | Missing = next((units[name] for name in UNITS if units.get(name)), None)
    process = service.process_of(processes, unit, _NAMES)
    started = service.read(host, unit, process, _NAMES, _BARE)
    binary = versions.binary(host, _NAMES, service.paths(started, process))
    start_flags = started.flags
    if isinstance(start_flags, Missing) and start_flags.why is Why.NOT_PRESENT:
        start_flags = ()
    named = flags.last(() if isinstance(start_flags, Missing) else start_flags, "config")
    path = named.value if named else CONFIG
    file = host.read(path)
    own = buildkit_file.read(file)
    usual = own if path == CONFIG else buildkit_file.read(host.read(CONFIG))
    settled = Settled(start_flags, own, usual)
    return Buildkit(
        binary=binary,
        version=versions.of_binary(host, binary, versions.BUILDKITD),
        process=process,
        unit=unit,
        flags=start_flags,
        config_file=file,
        config=own.values,
        problems=settled.problems,
        addresses=settled.addresses(),
        oci_worker=settled.worker("oci"),
        containerd_worker=settled.worker("containerd"),
        containerd_address=settled.text("address", "/run/containerd/containerd.sock", "addr"),
        namespace=settled.text("namespace", "buildkit"),
        snapshotter=settled.text("snapshotter", "overlayfs"),
        client_authority=settled.client_authority(),
        registries=settled.registries(),
        sockets=tuple(host.socket(path) for path in SOCKETS),
    )
