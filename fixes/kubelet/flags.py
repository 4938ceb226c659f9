"""The kubelet's flags: given the form that its release takes, or removed."""

from __future__ import annotations

from collections.abc import Iterator

from checks.kubelet.flags import kubelet_container_runtime_flag, kubelet_removed_flags
from fixes.kubelet.dockershim import move
from fixes.kubelet.settings import by_hand_commands, no_longer_known, release_of, written
from unshim.judge.declare import fix
from unshim.judge.guards import ready_for_containerd
from unshim.judge.phase import before_migration
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Refused
from unshim.model.steps import Step
from unshim.model.values import known
from unshim.releases.kubelet import DOCKERSHIM_FLAGS, REMOVED_IN


@fix(kubelet_container_runtime_flag, disturbs=Disturbs.DRAIN)
def correct_container_runtime_flag(node: Node) -> Iterator[Step]:
    """Give --container-runtime the form that this release takes.

    Up to 1.23 it becomes `remote`, which moves the kubelet to the endpoint that is already set:
    refused on a node that is not drained and ready. From 1.24 on the flag goes, with others that
    this release does not know; where the kubelet already uses containerd its pods keep running.
    """
    release = release_of(known(node.kubelet))
    if release >= (1, 24) and before_migration(node):
        yield from move(node)
        return
    if release >= (1, 24):
        remove = {"container-runtime"} | no_longer_known(release)
        yield from written(node, remove, {}, by_hand_commands({"container-runtime"}, {}))
        return
    put = {"container-runtime": "remote"}
    ready_for_containerd(node, by_hand_commands((), put))
    yield from written(node, (), put, by_hand_commands((), put))


@fix(kubelet_removed_flags, disturbs=Disturbs.KUBELET)
def remove_old_flags(node: Node) -> Iterator[Step]:
    """Remove the flags that this kubelet, or the next release, does not know.

    Each goes from the file that holds it; unknown flags of your own stay. The kubelet restarts,
    pods keep running. While pods run through dockershim its flags are needed: they go with the
    move to containerd.
    """
    kubelet = known(node.kubelet)
    release = release_of(kubelet)
    here = {f.name for f in known(kubelet.flags)} & set(REMOVED_IN)
    old = no_longer_known(release) | (DOCKERSHIM_FLAGS if not before_migration(node) else set())
    if release >= (1, 34):
        old |= {"pod-infra-container-image"}
    remove = here & (old - ({"container-runtime"} if release < (1, 27) else set()))
    if before_migration(node) and not remove:
        raise Refused(
            "while pods run through dockershim it needs these flags",
            ("unshim apply kubelet-dockershim-reference",),
        )
    yield from written(node, remove, {}, by_hand_commands(remove, {}))
