"""The cgroup driver: systemd on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from checks.cgroup.driver import cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key
from checks.runtime.config import containerd_config
from checks.systemd.containerd_unit import containerd_unit_killmode
from fixes.cgroup.handler import systemd_in_containerd
from unshim.api import (
    RESTART_CONTAINERD,
    RESTART_KUBELET,
    Disturbs,
    Node,
    Origin,
    RestartUnit,
    Step,
    drained,
    edited,
    fix,
    known,
    may_restart_containerd,
    refusing,
    running_driver,
)
from unshim.model.machine import CgroupDriver
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError
from unshim.text.edit.yaml_text import set_top_level

BY_HAND_CONTAINERD = (
    "set SystemdCgroup = true in the options of containerd's default runtime handler",
    RESTART_CONTAINERD,
    RESTART_KUBELET,
)
BY_HAND_KUBELET = ("set cgroupDriver: systemd in the kubelet's configuration", RESTART_KUBELET)


@fix(cgroup_driver_mismatch, disturbs=Disturbs.DRAIN)
def use_systemd_cgroup(node: Node) -> Iterator[Step]:
    """Make the kubelet and containerd use the systemd cgroup driver.

    Changes SystemdCgroup of containerd's default runtime handler, or the kubelet's cgroupDriver,
    whichever is cgroupfs, and restarts what reads it. Pods that were made under the other driver
    must be recreated: the node is drained first. kubeadm keeps the kubelet's setting in its
    ConfigMap kubelet-config too: change it there, or the next `kubeadm upgrade` reverts it.
    """
    if known(known(node.kubelet).cgroup_driver).value is CgroupDriver.SYSTEMD:
        yield from _containerd_side(node)
    else:
        yield from _kubelet_side(node)


def _containerd_side(node: Node) -> Iterator[Step]:
    may_restart_containerd(node, BY_HAND_CONTAINERD, containerd_unit_killmode)
    yield from systemd_in_containerd(
        node, containerd_config(node), BY_HAND_CONTAINERD, remove_old=False
    )
    drained(node, BY_HAND_CONTAINERD)
    yield RestartUnit("containerd.service")
    if known(node.kubelet).process:
        yield RestartUnit("kubelet.service")


def _kubelet_side(node: Node) -> Iterator[Step]:
    kubelet = known(node.kubelet)
    source = known(kubelet.cgroup_driver).source
    file = known(kubelet.config_file)
    try:
        if source.origin is Origin.FLAG or file is None:
            yield from rewrite(kubelet, put={"cgroup-driver": "systemd"})
        else:
            after = set_top_level(file.data, {"cgroupDriver": "systemd"}, file.path)
            yield from edited(file.path, file.data, after)
    except EditError as error:
        raise refusing(error, BY_HAND_KUBELET) from None
    if _runs_with_cgroupfs(node):
        may_restart_containerd(node, BY_HAND_KUBELET, containerd_unit_killmode)
        yield RestartUnit("containerd.service")
    drained(node, BY_HAND_KUBELET)
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
    may_restart_containerd(node, BY_HAND_CONTAINERD, containerd_unit_killmode)
    yield from systemd_in_containerd(
        node, containerd_config(node), BY_HAND_CONTAINERD, remove_old=True
    )
    drained(node, BY_HAND_CONTAINERD)
    yield RestartUnit("containerd.service")
