"""Pods that containerd still runs after the kubelet went back to Docker."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    NAMESPACE,
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Phase,
    Seen,
    Severity,
    Source,
    check,
    known,
    on_docker_now,
)


@check(
    Severity.WARNING,
    kubelet=True,
    needs_containerd=True,
    phases=(Phase.BEFORE_MIGRATION,),
    well="containerd runs no pods that the kubelet has left behind",
    remedy="Once the pods in Docker are seen well, stop those in containerd: `crictl -r "
    "unix:///run/containerd/containerd.sock rmp --all --force`, with containerd's own socket.",
    proof=Seen("containerd 1.6 and a kubelet 1.20 that was moved and moved back"),
)
def containerd_pods_left_running(node: Node) -> Iterator[Finding]:
    """containerd still runs pods that the kubelet has left behind.

    A kubelet that goes back from containerd to Docker, as when its move is undone, makes its static
    pods again there and forgets those that containerd runs: two of each are then up. What is in
    containerd's namespace k8s.io is the kubelet's. While a kubelet still runs that was started with
    containerd, they are its own.
    """
    containerd = known(node.containerd)
    running = known(containerd.running)
    tasks = [t for t in known(running.tasks) if t.namespace == NAMESPACE and t.status == "running"]
    if not tasks or not known(on_docker_now(node)):
        return
    ids = {task.id for task in tasks}
    seen = () if isinstance(node.pods, Missing) else node.pods.pods
    left = sorted(f"{p.namespace}/{p.name}" for p in seen if p.ready and p.id in ids)
    place = Source(Origin.DAEMON, containerd.socket.path)
    kind, names = ("pod", left) if left else ("task", sorted(ids))
    yield Finding(
        f"containerd still runs {len(names)} {kind}{'s' * (len(names) > 1)} of the kubelet's",
        tuple(Evidence(f"{kind} in containerd", name, "in Docker alone", place) for name in names),
        hurts="What must run once runs twice, and ports of the new pods are taken.",
    )
