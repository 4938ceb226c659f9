"""The image of pods' sandboxes: is it where containerd looks for it."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from unshim.api import (
    NAMESPACE,
    At,
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Phase,
    Rank,
    Seen,
    Setting,
    Severity,
    Source,
    check,
    known,
    node_name,
    pods_now,
    shows,
    static_pods_in,
)
from unshim.text.image_names import familiar, normal


def sandbox_image(node: Node) -> Setting[str]:
    """The one that containerd uses now, where it tells; else that of its next start.

    Raises:
        Unknown: neither is known.
    """
    containerd = known(node.containerd)
    cri = containerd.cri
    config = {} if isinstance(cri, Missing) or isinstance(cri.config, Missing) else cri.config
    running = config.get("sandboxImage")
    if isinstance(running, str) and running:
        return Setting(running, Source(Origin.DAEMON, containerd.socket.path))
    return known(containerd_config(node).sandbox_image)


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    phases=(Phase.ON_CONTAINERD,),
    well="The image of pods' sandboxes is on the node",
    remedy="Bring it: `ctr -n k8s.io images pull IMAGE`, or where no registry is in reach `ctr -n "
    "k8s.io images import FILE`. Or name one that is there: sandbox_image in containerd's "
    "configuration, pinned_images.sandbox from version 3 of it on.",
    proof=Seen("containerd 1.6 and 2.1"),
    rank=Rank.PODS_MADE,
    hop=At("shim", "no sandbox image"),
)
def sandbox_image_missing(node: Node) -> Iterator[Finding]:
    """The image of pods' sandboxes is not on the node.

    containerd makes every pod's sandbox of it, and pulls it where it is not there. Without a
    registry in reach no pod starts: `failed to get sandbox image`. It is containerd's setting that
    counts: --pod-infra-container-image only kept the kubelet from removing that image, and is gone
    from 1.35 on. An error where a static pod does not run, else a warning: pods that are up go on.

    Source: containerd docs/cri/config.md.
    """
    image = sandbox_image(node)
    wanted = normal(image.value)
    there = {normal(i.name) for i in known(node.images).images if i.namespace == NAMESPACE}
    if wanted in there:
        return
    place = Source(Origin.DAEMON, known(node.containerd).socket.path)
    yield Finding(
        f"the sandbox image {familiar(wanted)} is not on this node",
        (
            shows("sandbox image", image),
            Evidence("in k8s.io", "not there", familiar(wanted), place),
        ),
        hurts="No pod starts unless containerd can pull it.",
        severity=None if _a_pod_is_down(node) else Severity.WARNING,
    )


def _a_pod_is_down(node: Node) -> bool:
    """Whether a static pod is seen not to run."""
    pods = pods_now(node)
    if isinstance(pods, Missing) or isinstance(node.static_pods, Missing):
        return False
    return any(not row.runs for row in static_pods_in(node.static_pods, pods, node_name(node)))
