"""The kubelet's flags: given the form that its release takes, or removed."""

from __future__ import annotations

from collections.abc import Iterator

from checks.kubelet.dockershim import kubelet_dockershim_reference
from checks.kubelet.flags import (
    kubelet_container_runtime_flag,
    kubelet_container_runtime_not_remote,
    kubelet_endpoint_ignored,
    kubelet_removed_flags,
)
from fixes.kubelet.docker_pods import docker_pods, in_docker
from fixes.kubelet.dockershim import move, ready_to_move
from fixes.kubelet.pod_images import pod_images
from fixes.kubelet.settings import by_hand_commands, no_longer_known, release_of, written
from unshim.api import (
    Disturbs,
    Made,
    Node,
    PodsStay,
    Refused,
    apply_command,
    before_migration,
    fix,
    known,
)
from unshim.releases.kubelet import DOCKERSHIM_FLAGS, RENAMED_FLAGS
from unshim.releases.kubelet_names import soon_gone


@fix(kubelet_container_runtime_flag, disturbs=Disturbs.DRAIN)
def remove_container_runtime_flag(node: Node) -> Iterator[Made]:
    """Take --container-runtime away, which this kubelet or the next does not know.

    It goes with others that this release does not know. Where the kubelet already uses containerd
    it restarts, and its pods keep running; else this is a move to containerd, and refused on a node
    that is not drained and ready.
    """
    yield from _without_container_runtime(node)


@fix(kubelet_container_runtime_not_remote, disturbs=Disturbs.DRAIN)
def replace_container_runtime_flag(node: Node) -> Iterator[Made]:
    """Give the kubelet containerd's endpoint in the place of --container-runtime.

    The flag goes, with others that this release does not know. Where pods run through Docker this
    is a move to containerd, and refused on a node that is not drained and ready.
    """
    yield from _without_container_runtime(node)


def _without_container_runtime(node: Node) -> Iterator[Made]:
    if before_migration(node):
        yield from move(node)
        return
    remove = {"container-runtime"} | no_longer_known(known(node.kubelet))
    yield PodsStay()
    yield from written(node, remove, {}, by_hand_commands(known(node.kubelet), remove, {}))


@fix(kubelet_endpoint_ignored, disturbs=Disturbs.DRAIN)
def use_endpoint(node: Node) -> Iterator[Made]:
    """Make the kubelet use its endpoint: --container-runtime=remote.

    That moves the kubelet to containerd, and all its pods are recreated: it is refused on a node
    that is not drained and ready.
    """
    put = {"container-runtime": "remote"}
    by_hand = by_hand_commands(known(node.kubelet), (), put)
    yield from ready_to_move(node, by_hand)
    yield from written(node, (), put, by_hand)


@fix(kubelet_removed_flags, disturbs=Disturbs.KUBELET)
def remove_old_flags(node: Node) -> Iterator[Made]:
    """Remove the flags that this kubelet, or the next release, does not know.

    Each goes from the file that holds it; where it has only another name now, that is set. Unknown
    flags of your own stay. The kubelet restarts, pods keep running. While pods run through
    dockershim its flags are needed: they go with the move to containerd. Where the kubelet is down
    and Docker still runs its pods, it starts them anew on containerd: that is refused where their
    images are not there, or Docker's hold their ports.
    """
    kubelet = known(node.kubelet)
    release, flags = release_of(kubelet), {f.name: f.value for f in known(kubelet.flags)}
    remove = no_longer_known(kubelet)
    soon = soon_gone(flags, release[1]) | (DOCKERSHIM_FLAGS & set(flags))
    remove |= soon - DOCKERSHIM_FLAGS if before_migration(node) else soon
    if release < (1, 27):
        remove -= {"container-runtime"}
    if before_migration(node) and not remove:
        raise Refused(
            "while pods run through dockershim it needs these flags, and the move takes them away",
            (apply_command(kubelet_dockershim_reference),),
        )
    if kubelet.process is None and not before_migration(node) and in_docker(node):
        yield from pod_images(node)
        yield from docker_pods(node)
    put = {
        name: flags[old] or "true"
        for old, name in RENAMED_FLAGS.items()
        if old in remove and name not in flags
    }
    yield from written(node, remove, put, by_hand_commands(kubelet, remove, put))
