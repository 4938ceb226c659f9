"""Whether the pods that ran before a change run after it, each once. Pure judgement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from unshim.judge.pods import running_ids
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.parts.pods import Container, PodOrigin, Pods
from unshim.model.values import Missing

BACKOFF = 600.0
"""Seconds after which the kubelet takes a container that runs for one that no longer crashes.
Source: kubernetes pkg/kubelet/kubelet.go (MaxContainerBackOff, and twice that to forget)."""
_LASTING = (PodOrigin.STATIC, PodOrigin.DAEMONSET)
"""Pods that run as long as the node does; others may end well, or be deleted, at any time."""

UNSTEADY = "the containers of the pods do not stay up"


class Place(NamedTuple):
    """A container of a pod, whichever one fills it at the moment. `static`: of a static pod;
    `lasting`: of a pod that is not meant to end."""

    namespace: str
    pod: str
    container: str
    static: bool = True
    lasting: bool = True

    def __str__(self) -> str:
        of = f" (container {self.container})" if self.container not in ("", self.pod) else ""
        return f"the {'static ' if self.static else ''}pod {self.namespace}/{self.pod}{of}"


Running = Mapping[Place, frozenset[str]]
"""The ids of what runs in each place."""


def ran(before: Node, now: float) -> Running:
    """What ran, in whichever runtime, without having crashed of late: what comes and goes by itself
    says nothing of a change. `now` is in seconds since the epoch."""
    return _running(_everywhere(before), since=now - BACKOFF)


def ids_of_pods(node: Node) -> frozenset[str]:
    """The ids of all that belongs to pods, sandboxes too, in whichever runtime."""
    sources = _everywhere(node)
    sandboxes = frozenset(pod.id for source in sources for pod in source.pods)
    return sandboxes | {one.id for source in sources for one in source.containers}


def running(node: Node) -> Running:
    """What runs where the kubelet now runs its pods; nothing where that cannot be seen."""
    where = _used(node)
    return {} if isinstance(where, Missing) else _running([where])


def gone(old: Running, after: Node, *, anywhere: bool = False) -> tuple[Place, ...] | Missing:
    """The places of what ran in which nothing does where the kubelet now runs its pods, or in any
    runtime (`anywhere`: a kubelet that does not run moves none). Missing where that cannot be seen.
    """
    if anywhere:
        return tuple(sorted(set(old) - set(_running(_everywhere(after)))))
    where = _used(after)
    if isinstance(where, Missing):
        return where
    return tuple(sorted(set(old) - set(_running([where]))))


def ended_well(
    old: Running, places: Iterable[Place], after: Node, exited: Collection[str]
) -> tuple[Place, ...]:
    """Of places of which nothing is asked for ever, those whose containers ended by themselves
    (`exited`, with 0), or whose pod was deleted from the runtime where it was."""
    left = ids_of_pods(after)
    return tuple(
        place
        for place in places
        if not place.lasting and all(one in exited or one not in left for one in old[place])
    )


def missing(places: Collection[Place]) -> str:
    """That these places are empty, in words."""
    first = min(places)
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{first}{more} ran before and does not now"


def twice(old: Running, after: Node) -> str:
    """What runs more than once where the kubelet runs its pods, and did not, "" for nothing."""
    new = running(after)
    doubled = sorted(p for p, ids in new.items() if len(ids) > max(1, len(old.get(p, ()))))
    return f"{doubled[0]} runs {len(new[doubled[0]])} times" if doubled else ""


def beside(old: Running, after: Node) -> tuple[str, ...]:
    """The pods that ran and now run in two runtimes, by namespace and name."""
    sources = [set(_running([source])) & set(old) for source in _everywhere(after)]
    both = sources[0].intersection(*sources[1:]) if len(sources) > 1 else set()
    return tuple(sorted({f"{place.namespace}/{place.pod}" for place in both}))


def made_since(old: Running, after: Node) -> frozenset[str]:
    """What runs in the place of something that ran and is another: it may not stay up."""
    new = running(after)
    return frozenset(one for place in old for one in new.get(place, frozenset()) - old[place])


def _running(sources: Iterable[Pods], since: float | None = None) -> Running:
    found: dict[Place, frozenset[str]] = {}
    for source in sources:
        alive = running_ids(source)
        for pod in source.pods:
            if pod.id in alive:
                own = [c for c in source.containers if c.pod_id == pod.id]
                static, lasting = pod.origin is PodOrigin.STATIC, pod.origin in _LASTING
                for one in own:
                    if one.state == "running" and not _crashes(one, own, since):
                        place = Place(pod.namespace, pod.name, one.name, static, lasting)
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
