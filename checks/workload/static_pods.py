"""Static pods: does what must run on this node run."""

from __future__ import annotations

from collections.abc import Iterator

from checks.images.namespaces import images_wrong_namespace, only_elsewhere
from checks.images.sandbox import sandbox_image_missing
from checks.kubelet.running import kubelet_not_running
from unshim.api import (
    At,
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Rank,
    Runtime,
    Seen,
    Severity,
    Source,
    Unknown,
    Wanted,
    cannot_tell,
    check,
    known,
    node_name,
    pods_now,
    static_pods_in,
)
from unshim.text.image_names import normal


@check(
    Severity.ERROR,
    kubelet=True,
    well="Each static pod runs",
    remedy="See `journalctl -u kubelet` for why it does not start them. One that has just started "
    "needs a minute or two for it.",
    proof=Seen("kubelets 1.20 and 1.27, with Docker 20.10 and with containerd 1.6 and 1.7"),
    rank=Rank.SYMPTOM,
    follows=(kubelet_not_running, images_wrong_namespace, sandbox_image_missing),
    hop=At("shim", "not all pods run"),
)
def static_pods_not_running(node: Node) -> Iterator[Finding]:
    """Static pods of this node do not run.

    The kubelet is to run the pods of its own manifests at all times; on a control plane they are
    etcd and the API server. Here a pod runs when its sandbox is ready and one of its containers
    runs, in the runtime that the kubelet uses. Those that are to end (restartPolicy Never or
    OnFailure) do not count. A kubelet that has just started, or moved to another runtime, shows
    the same until its pods are up.

    Source: kubernetes pkg/kubelet/config/common.go (the names of static pods).
    """
    if not known(node.static_pods):
        return
    if known(node.runtime).value is Runtime.OTHER:
        raise cannot_tell("unshim does not ask this runtime for its pods")
    wanted = static_pods_in(known(node.static_pods), known(pods_now(node)), node_name(node))
    down = [row for row in wanted if not row.runs]
    if down:
        up = len(wanted) - len(down)
        yield Finding(
            f"{up} of {len(wanted)} static pods run{'s' * (up == 1)}"
            if len(wanted) > 1
            else f"the static pod {down[0].pod.name} does not run",
            tuple(_evidence(row) for row in down),
            hurts="What they serve is down: on a control plane, the cluster's own parts.",
            follows=kubelet_not_running
            if known(node.kubelet).process is None
            else images_wrong_namespace
            if _lack_images(node, down)
            else sandbox_image_missing
            if _lack_the_sandbox(node)
            else None,
        )


def _lack_images(node: Node, down: list[Wanted]) -> bool:
    """Whether each of these names an image that is in another namespace."""
    if known(node.runtime).value is not Runtime.CONTAINERD or isinstance(node.images, Missing):
        return False
    elsewhere = only_elsewhere(node)
    return all(any(normal(i.name) in elsewhere for i in row.pod.images) for row in down)


def _lack_the_sandbox(node: Node) -> bool:
    """Whether the image that every pod begins with is seen not to be there."""
    if known(node.runtime).value is not Runtime.CONTAINERD or isinstance(node.images, Missing):
        return False
    try:
        return any(sandbox_image_missing(node))
    except Unknown:
        return False


def _evidence(row: Wanted) -> Evidence:
    pod, sandbox = row.pod, row.sandbox
    state = "no container of it runs" if sandbox and sandbox.ready else "its sandbox is not ready"
    return Evidence(
        f"{pod.namespace}/{pod.name}",
        state if sandbox else "not made yet",
        "runs",
        Source(Origin.FILE, pod.path),
    )
