"""The cgroup driver: the kubelet and containerd must manage one tree in one way."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from checks.runtime.handlers import default_handler
from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Node,
    Origin,
    Rank,
    Seen,
    Setting,
    Severity,
    Source,
    before_migration,
    check,
    known,
    running_driver,
    shows,
)
from unshim.model.machine import CgroupDriver
from unshim.releases.containerd import LINUX_V1


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    well="The kubelet and containerd agree on the cgroup driver",
    hop=At("containerd", "another cgroup driver"),
    remedy="Drain the node, set SystemdCgroup = true for containerd's runtime handler and "
    "cgroupDriver: systemd for the kubelet, then restart both.",
    proof=(
        Seen("containerd 1.6 and 1.7 with kubelets 1.20 to 1.36, 2.1 with a kubelet 1.36"),
        FromSource("kubelet 1.31 to 1.35"),
    ),
)
def cgroup_driver_mismatch(node: Node) -> Iterator[Finding]:
    """The kubelet and containerd disagree on the cgroup driver.

    systemd and the side that is set to cgroupfs then both manage the same cgroups: pods fail to
    start, or are killed under memory pressure. The kubelet's default is cgroupfs (kubeadm 1.22 and
    later writes systemd); containerd's is cgroupfs on every release. A kubelet from 1.31 on asks
    containerd 2.0 and later and follows its answer: there its own setting means nothing, and a
    difference is not a finding. Of containerd 1.x it gets no answer, and keeps its own. While pods
    still run through Docker it is a warning for the move.

    Source: Kubernetes documentation, "Configuring a cgroup driver"; containerd CRI configuration.
    """
    kubelet = known(node.kubelet)
    containerd = known(node.containerd)
    driver = known(kubelet.cgroup_driver)
    config = containerd_config(node)
    other = known(config.cgroup_driver)
    if driver.value is other.value:
        return
    asks = known(kubelet.asks_runtime_for_driver)
    if asks.value and known(containerd.version).value.line >= (2, 0):
        return
    unread = [
        Evidence(entry.key.rpartition(".")[2], entry.reason, entry.nearest, entry.source)
        for entry in config.unread
        if entry.nearest == "SystemdCgroup" or entry.key.endswith(".SystemdCgroup")
    ]
    evidence = [
        _shown("kubelet", driver, "cgroupDriver"),
        _shown("containerd", other, "" if unread else "SystemdCgroup", driver.value),
        *unread,
    ]
    now = running_driver(node)
    if now is not None and now.value is not other.value:
        evidence.append(shows("containerd as it runs now", now))
    before = before_migration(node)
    cgroupfs = "containerd" if driver.value is CgroupDriver.SYSTEMD else "the kubelet"
    yield Finding(
        f"the kubelet uses the {driver.value} cgroup driver, containerd {other.value}",
        tuple(evidence),
        hurts="They must agree before the kubelet moves to containerd."
        if before
        else "Pods fail to start, or are killed under memory pressure, because systemd and "
        f"{cgroupfs} both manage the same cgroups.",
        severity=Severity.WARNING if before else None,
    )


def _shown(side: str, driver: Setting[CgroupDriver], key: str, expected: object = "") -> Evidence:
    """A side's driver; of a default, the key that nothing sets."""
    shown = shows(side, driver, expected)
    if not key or driver.source.origin is not Origin.DEFAULT:
        return shown
    return shown._replace(source=Source(Origin.DEFAULT, f"{driver.source}, nothing sets {key}"))


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="The old key systemd_cgroup does no harm",
    remedy="Delete `systemd_cgroup` and set `SystemdCgroup = true` in the options of the runtime "
    "handler.",
    proof=Seen("containerd 1.3, 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.PLUGIN_KEYS,
    hop=At("CRI", "kept from loading", explains=True),
)
def cgroup_old_systemd_cgroup_key(node: Node) -> Iterator[Finding]:
    """The old key systemd_cgroup is set, which today's runtime handlers do not take.

    It belongs to containerd's first runtime, io.containerd.runtime.v1.linux: up to 1.7 it is the
    driver of a default handler of that type, and no fault. With another type, such as runc.v2, it
    keeps the CRI plugin of 1.3 to 1.7 from loading; from 2.0 on it is ignored, so that the driver
    is cgroupfs although the file reads like systemd (a warning).

    Source: containerd 1.x ValidatePluginConfig, RELEASES.md.
    """
    containerd = known(node.containerd)
    config = containerd_config(node)
    key = config.legacy_systemd_cgroup
    if key is None or not key.value:
        return
    version = known(containerd.version)
    line = version.value.line
    ignored = line >= (2, 0) or line < (1, 3)
    handler = default_handler(config)
    if line < (2, 0) and handler is not None and handler.runtime_type.value == LINUX_V1:
        return
    if ignored and handler is not None and handler.systemd_cgroup.value:
        return
    evidence = [shows("systemd_cgroup", key, "not set"), shows("containerd version", version)]
    if handler is not None:
        evidence.append(shows(f"type of {handler.name}", handler.runtime_type))
        evidence.append(shows(f"SystemdCgroup of {handler.name}", handler.systemd_cgroup, "true"))
    yield Finding(
        "systemd_cgroup is ignored by this release"
        if ignored
        else "systemd_cgroup keeps the CRI plugin from loading",
        tuple(evidence),
        hurts="containerd uses cgroupfs, whatever this line says."
        if ignored
        else "The kubelet gets `unknown service runtime` at containerd's next start.",
        severity=Severity.WARNING if ignored else None,
    )
