"""The kubelet moved from dockershim to containerd."""

from __future__ import annotations

from collections.abc import Iterator

from checks.cgroup.driver import cgroup_driver_mismatch
from checks.kubelet.dockershim import kubelet_dockershim_reference
from checks.runtime.config import containerd_config
from checks.runtime.cri import cri_plugin_disabled
from fixes.kubelet.docker_pods import docker_pods
from fixes.kubelet.pod_images import pod_images
from fixes.kubelet.settings import (
    by_hand_commands,
    containerd_endpoint,
    no_longer_known,
    release_of,
    written,
)
from unshim.api import (
    Disturbs,
    Made,
    Node,
    Note,
    Origin,
    PodsStay,
    Refused,
    Runtime,
    drained,
    drivers_agree,
    fix,
    known,
    node_name,
    ready_for_containerd,
)
from unshim.releases.kubelet import DOCKERSHIM_FLAGS

_OF_KUBEADM = "/var/lib/kubelet/kubeadm-flags.env"


def _moved_flags(node: Node) -> tuple[frozenset[str], dict[str, str]]:
    """The flags to take away and to set so that this release uses containerd."""
    kubelet = known(node.kubelet)
    release = release_of(kubelet)
    flag_names = {f.name for f in known(kubelet.flags)}
    put: dict[str, str] = {}
    if release <= (1, 26) or "container-runtime-endpoint" in flag_names:
        put["container-runtime-endpoint"] = containerd_endpoint(node)
    if release <= (1, 23):
        put["container-runtime"] = "remote"
    remove = DOCKERSHIM_FLAGS | no_longer_known(kubelet)
    if release >= (1, 24):
        remove |= {"container-runtime"}
    return remove, dict(reversed(put.items()))


def ready_to_move(node: Node, by_hand: tuple[str, ...]) -> Iterator[Made]:
    """What must be done beside before the kubelet moves to this containerd. What disturbs pods is
    asked for last.

    Raises:
        Refused: CRI is not ready, there is no CRI version in common, the drivers differ, images
            that pods need are missing, the node is not drained, or Docker's pods hold ports that
            those on containerd need.
    """
    ready_for_containerd(node, by_hand, cri_plugin_disabled)
    configured = known(containerd_config(node).cgroup_driver).value
    drivers_agree(node, configured, cgroup_driver_mismatch)
    yield from pod_images(node)
    drained(node, by_hand)
    yield from docker_pods(node)


def move(node: Node) -> Iterator[Made]:
    kubelet = known(node.kubelet)
    remove, put = _moved_flags(node)
    by_hand = by_hand_commands(kubelet, remove, put)
    _no_other_references(node)
    yield from ready_to_move(node, by_hand)
    yield from _told_to_kubeadm(node)
    yield from written(node, remove, put, by_hand)


def _told_to_kubeadm(node: Node) -> Iterator[Note]:
    """What is not on the node: the socket that kubeadm up to 1.33 keeps in its annotation (1.36
    gives none). A kubelet without a kubeconfig has no cluster."""
    kubelet = known(node.kubelet)
    if not any(file.path == _OF_KUBEADM for file in kubelet.env_files):
        return
    if any(flag.name == "kubeconfig" for flag in known(kubelet.flags)):
        key, name = "kubeadm.alpha.kubernetes.io/cri-socket", node_name(node)
        yield Note(
            "kubeadm keeps the runtime's socket in an annotation of the node too, and its next "
            "upgrade would ask Docker's",
            f"kubectl annotate node {name} --overwrite {key}={containerd_endpoint(node)}",
        )


def _no_other_references(node: Node) -> None:
    """Everything that names dockershim stands where this fix edits."""
    kubelet = known(node.kubelet)
    unit = known(kubelet.unit)
    ours = {f.path for f in (*kubelet.env_files, *(unit.files if unit else ()))}
    file = known(kubelet.config_file)
    ours |= {f.path for f in (file, *kubelet.config_drop_ins) if f}
    others = [
        r
        for r in known(kubelet.dockershim_references)
        if r.source.origin is not Origin.PROCESS and r.source.where not in ours
    ]
    if others:
        raise Refused(
            f"dockershim is also named in {others[0].source}, which unshim does not edit",
            first=[f"edit {r.source}: {r.text.strip()}" for r in others],
        )


@fix(kubelet_dockershim_reference, disturbs=Disturbs.DRAIN)
def move_kubelet_to_containerd(node: Node) -> Iterator[Made]:
    """Switch the kubelet from dockershim to containerd.

    Takes dockershim's flags away and sets containerd's endpoint (up to 1.23 with
    --container-runtime=remote), each in the file that holds it, and restarts the kubelet. All pods
    are recreated. Where containerd's sandbox image is not there, but the one that the kubelet had
    Docker use is, containerd is set to that and restarts. It is refused unless the node is
    drained, containerd's CRI service is ready, both use one cgroup driver and one CRI version, and
    the sandbox image and those that static pods may not pull are there, and Docker runs no static
    pod whose ports the new one needs.
    """
    if known(node.runtime).value is Runtime.CONTAINERD:
        kubelet = known(node.kubelet)
        flag_names = {f.name for f in known(kubelet.flags)}
        remove = DOCKERSHIM_FLAGS & flag_names
        _no_other_references(node)
        yield PodsStay()
        yield from written(node, remove, {}, by_hand_commands(kubelet, remove, {}))
    else:
        yield from move(node)
