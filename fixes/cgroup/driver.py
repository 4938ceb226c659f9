"""The cgroup driver: systemd on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from checks.cgroup.driver import cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key
from checks.runtime.config import containerd_config
from checks.systemd.containerd_unit import containerd_unit_killmode
from fixes.cgroup.handler import handler_by_hand, systemd_in_containerd
from fixes.kubelet.settings import by_hand_commands, config_place, set_in_config
from unshim.api import (
    RESTART_KUBELET,
    Disturbs,
    Missing,
    Node,
    Note,
    Origin,
    RestartUnit,
    Runtime,
    Step,
    Titled,
    drained,
    fix,
    known,
    may_restart_containerd,
    refusing,
    running_driver,
)
from unshim.model.machine import CgroupDriver
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError


@fix(cgroup_driver_mismatch, disturbs=Disturbs.DRAIN)
def use_systemd_cgroup(node: Node) -> Iterator[Step | Note | Titled]:
    """Make the kubelet and containerd use the systemd cgroup driver.

    Changes SystemdCgroup of containerd's default runtime handler, or the kubelet's cgroupDriver,
    whichever is cgroupfs, and restarts what reads it. Pods that were made under the other driver
    must be recreated: the node is drained first. Static pods and those of DaemonSets, which no
    drain moves, either start again with the kubelet (seen with 1.27) or keep their old control
    groups until each is stopped once (seen with 1.20). kubeadm keeps the kubelet's setting in its
    ConfigMap kubelet-config too: change it there, or the next `kubeadm upgrade` reverts it.
    """
    if known(known(node.kubelet).cgroup_driver).value is CgroupDriver.SYSTEMD:
        yield Titled("Make containerd use the systemd cgroup driver")
        yield from _containerd_side(node)
    else:
        yield Titled("Make the kubelet use the systemd cgroup driver")
        yield from _kubelet_side(node)
    yield from _pods_that_stay(node)


def _pods_that_stay(node: Node) -> Iterator[Note]:
    """What to know of pods that no drain moves. A kubelet 1.27 started them again in their new
    control groups; a 1.20 left them as they ran, and made one anew once it was stopped."""
    pods = () if isinstance(node.pods, Missing) else node.pods.pods
    stay = [p for p in pods if p.ready and not p.origin.drained]
    if stay and known(node.runtime).value is Runtime.CONTAINERD:
        names = ", ".join(sorted(f"{p.namespace}/{p.name}" for p in stay))
        yield Note(
            "pods that no drain moves start again with the kubelet in their new control groups, or "
            f"go on in their old ones until they are stopped once: {names}",
            f"crictl stopp {' '.join(sorted(p.id[:13] for p in stay))}",
        )


def _containerd_side(node: Node) -> Iterator[Step]:
    config = containerd_config(node)
    by_hand = (*handler_by_hand(config), RESTART_KUBELET)
    may_restart_containerd(node, by_hand, containerd_unit_killmode)
    yield from systemd_in_containerd(node, config, by_hand, remove_old=False)
    drained(node, by_hand)
    yield RestartUnit("containerd.service")
    if known(node.kubelet).process:
        yield RestartUnit("kubelet.service")


def _kubelet_side(node: Node) -> Iterator[Step]:
    kubelet = known(node.kubelet)
    source = known(kubelet.cgroup_driver).source
    file = config_place(kubelet, "cgroupDriver")
    put = {"cgroup-driver": "systemd"}
    by_hand = by_hand_commands(kubelet, (), put)
    file = None if source.origin is Origin.FLAG else file
    if file is not None:
        by_hand = (f"edit {file.path}: cgroupDriver: systemd", RESTART_KUBELET)
    try:
        if file is None:
            yield from rewrite(kubelet, put=put)
        else:
            yield from set_in_config(kubelet, {"cgroupDriver": "systemd"})
    except EditError as error:
        raise refusing(error, by_hand) from None
    if _runs_with_cgroupfs(node):
        may_restart_containerd(node, by_hand, containerd_unit_killmode)
        yield RestartUnit("containerd.service")
    drained(node, by_hand)
    if kubelet.process:
        yield RestartUnit("kubelet.service")


def _runs_with_cgroupfs(node: Node) -> bool:
    """Whether the containerd that runs has not read yet that it is to use systemd."""
    driver = running_driver(node)
    return driver is not None and driver.value is CgroupDriver.CGROUPFS


@fix(cgroup_old_systemd_cgroup_key, disturbs=Disturbs.DRAIN)
def replace_old_systemd_cgroup(node: Node) -> Iterator[Step]:
    """Replace systemd_cgroup by SystemdCgroup in the options of the runtime handler.

    The old line goes, SystemdCgroup = true is set for containerd's default handler, and containerd
    restarts. Where the kubelet uses cgroupfs only the line goes: both must agree. Pods that run
    under another driver must be recreated: the node is drained first.
    """
    config = containerd_config(node)
    old = config.legacy_systemd_cgroup
    gone = (f"edit {old.source}: remove systemd_cgroup",) if old else ()
    by_hand = (*gone, *handler_by_hand(config))
    may_restart_containerd(node, by_hand, containerd_unit_killmode)
    yield from systemd_in_containerd(node, config, by_hand, remove_old=True)
    drained(node, by_hand)
    yield RestartUnit("containerd.service")
