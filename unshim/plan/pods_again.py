"""Whether the static pods that ran before a change run after it. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from unshim.judge.pods import running_ids
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.parts.pods import Container, PodOrigin, Pods
from unshim.model.values import Missing

BACKOFF = 600.0
"""Seconds after which the kubelet takes a container that runs for one that no longer crashes.
Source: kubernetes pkg/kubelet/kubelet.go (MaxContainerBackOff, and twice that to forget)."""


class Place(NamedTuple):
    """A container of a static pod, whichever one fills it at the moment."""

    namespace: str
    pod: str
    container: str


Running = Mapping[Place, frozenset[str]]
"""The ids of what runs in each place."""


def ran(before: Node, now: float) -> Running:
    """What ran, in whichever runtime, without having crashed of late: what comes and goes by itself
    says nothing of a change. `now` is in seconds since the epoch."""
    return _running(_everywhere(before), since=now - BACKOFF)


def lost(old: Running, stopped: bool, after: Node) -> str:
    """What ran and does not run where the kubelet now runs its pods, "" for nothing. A kubelet that
    does not run, and did not (`stopped`), starts none."""
    if not old or (stopped and is_stopped(after)):
        return ""
    where = _used(after)
    if isinstance(where, Missing):
        return f"whether the static pods run again could not be seen: {where.reason}"
    gone = sorted(set(old) - set(_running([where])))
    if not gone:
        return ""
    first = gone[0]
    of = f" (container {first.container})" if first.container not in ("", first.pod) else ""
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return f"the static pod {first.namespace}/{first.pod}{of}{more} ran before and does not now"


def made_since(old: Running, after: Node) -> frozenset[str]:
    """What runs in the place of something that ran and is another: it may not stay up."""
    where = _used(after)
    new = {} if isinstance(where, Missing) else _running([where])
    return frozenset(one for place in old for one in new.get(place, frozenset()) - old[place])


def _running(sources: Iterable[Pods], since: float | None = None) -> Running:
    found: dict[Place, frozenset[str]] = {}
    for source in sources:
        alive = running_ids(source)
        for pod in source.pods:
            if pod.id in alive and pod.origin is PodOrigin.STATIC:
                own = [c for c in source.containers if c.pod_id == pod.id]
                for one in own:
                    if one.state == "running" and not _crashes(one, own, since):
                        place = Place(pod.namespace, pod.name, one.name)
                        found[place] = found.get(place, frozenset()) | {one.id}
    return found


def _crashes(one: Container, own: Iterable[Container], since: float | None) -> bool:
    """Whether it was made since then, in the place of one that ended."""
    if since is None or one.created < since:
        return False
    return any(c.name == one.name and c.state == "exited" for c in own)


def _everywhere(node: Node) -> list[Pods]:
    docker = node.docker if isinstance(node.docker, Missing) else node.docker.pods
    return [source for source in (node.pods, docker) if not isinstance(source, Missing)]


def _used(node: Node) -> Pods | Missing:
    """The pods in the runtime that the kubelet is set to use."""
    if isinstance(node.runtime, Missing):
        return node.runtime
    if node.runtime.value is Runtime.CONTAINERD:
        return node.pods
    if node.runtime.value in (Runtime.DOCKERSHIM, Runtime.CRI_DOCKERD):
        return node.docker if isinstance(node.docker, Missing) else node.docker.pods
    return Missing("unshim does not ask this runtime for its pods")


def is_stopped(node: Node) -> bool:
    """Whether the kubelet is seen not to run."""
    return not isinstance(node.kubelet, Missing) and node.kubelet.process is None
