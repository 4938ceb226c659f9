"""Pods that Docker still runs after the kubelet has left it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import Evidence, Finding, Node, Origin, Phase, Seen, Severity, Source, check, known


@check(
    Severity.WARNING,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    well="Docker runs no pods that the kubelet has left behind",
    remedy="Once the pods on containerd are seen well, stop Docker for good: "
    "`systemctl disable --now docker.socket docker.service`.",
    proof=Seen("Docker 20.10 and a kubelet 1.20"),
)
def docker_pods_left_running(node: Node) -> Iterator[Finding]:
    """Docker still runs pods that the kubelet has left behind.

    A kubelet that moves to containerd makes its static pods again there, and forgets those that
    Docker runs: two of each are then up. They hold the ports and the files that the new ones need.
    """
    docker = known(node.docker)
    if not known(docker.active):
        return
    left = sorted(f"{p.namespace}/{p.name}" for p in known(docker.pods).pods if p.ready)
    if left:
        place = Source(Origin.DAEMON, "/var/run/docker.sock")
        yield Finding(
            f"Docker still runs {len(left)} of the kubelet's pods",
            tuple(Evidence("pod in Docker", name, "on containerd alone", place) for name in left),
            hurts="What must run once runs twice, and ports of the new pods are taken.",
        )
