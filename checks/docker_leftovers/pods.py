"""Pods that Docker still runs after the kubelet has left it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Phase,
    Seen,
    Severity,
    Source,
    Unit,
    check,
    known,
    on_docker_now,
    shows,
)


@check(
    Severity.WARNING,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    well="Docker runs no pods that the kubelet has left behind",
    remedy="Once the pods on containerd are seen well, stop Docker for good: "
    "`systemctl disable --now docker.socket docker.service`. Where a unit is shown that wants "
    "Docker, `systemctl mask docker.socket docker.service` too: that unit's next start would start "
    "Docker again.",
    proof=Seen("Docker 20.10 and kubelets 1.20 and 1.27"),
)
def docker_pods_left_running(node: Node) -> Iterator[Finding]:
    """Docker still runs pods that the kubelet has left behind.

    A kubelet that moves to containerd makes its static pods again there, and forgets those that
    Docker runs: two of each are then up. They hold the ports and the files that the new ones need.
    While a kubelet still runs that was started with dockershim, they are its own. A unit that
    names docker.service under Wants, Requires or BindsTo, often the kubelet's, starts Docker again
    with itself, though Docker is disabled.
    """
    docker = known(node.docker)
    if not known(docker.active):
        return
    left = sorted(f"{p.namespace}/{p.name}" for p in known(docker.pods).pods if p.ready)
    if left and not known(on_docker_now(node)):
        place = Source(Origin.DAEMON, "/var/run/docker.sock")
        pods = (Evidence("pod in Docker", name, "on containerd alone", place) for name in left)
        yield Finding(
            f"Docker still runs {len(left)} of the kubelet's pods",
            (*pods, *_wanted_by(node)),
            hurts="What must run once runs twice, and ports of the new pods are taken.",
        )


def _wanted_by(node: Node) -> Iterator[Evidence]:
    """The units that start Docker with themselves."""
    units = {} if isinstance(node.units, Missing) else node.units
    for name, unit in sorted(units.items()):
        if not isinstance(unit, Unit) or name.startswith("docker."):
            continue
        for key in ("Wants", "Requires", "BindsTo"):
            for setting in unit.settings.get(f"Unit.{key}", ()):
                if "docker.service" in setting.value.split():
                    yield shows(f"{name} has {key}", setting, "nothing of Docker's")
