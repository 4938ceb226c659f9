"""Whether the static pods that ran before a change run after it. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from unshim.judge.pods import running_ids
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.parts.pods import PodOrigin, Pods
from unshim.model.values import Missing

Running = Mapping[tuple[str, str], frozenset[str]]
"""The containers that run of each pod, by its namespace and name."""


def lost(before: Node, after: Node) -> str:
    """The static pod that ran, in whichever runtime, and does not run where the kubelet now runs
    its pods; "" for none. A kubelet that does not run, and did not, starts none."""
    ran = running(_everywhere(before))
    if not ran or (_stopped(before) and _stopped(after)):
        return ""
    where = _used(after)
    if isinstance(where, Missing):
        return f"whether the static pods run again could not be seen: {where.reason}"
    runs = running([where])
    gone = sorted(set(ran) - set(runs))
    if not gone:
        return ""
    namespace, name = gone[0]
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return f"the static pod {namespace}/{name}{more} ran before and does not run again"


def made_since(before: Node, after: Node) -> frozenset[str]:
    """The running containers of static pods that did not run before: they may not stay up."""
    where = _used(after)
    if isinstance(where, Missing):
        return frozenset()
    old, new = running(_everywhere(before)), running([where])
    return frozenset().union(*new.values()) - frozenset().union(*old.values())


def running(sources: Iterable[Pods]) -> Running:
    """Static pods with a ready sandbox in which containers run."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for source in sources:
        alive = running_ids(source)
        for pod in source.pods:
            if pod.id in alive and pod.origin is PodOrigin.STATIC:
                name = (pod.namespace, pod.name)
                own = (c for c in source.containers if c.pod_id == pod.id)
                up = frozenset(c.id for c in own if c.state == "running")
                found[name] = found.get(name, frozenset()) | up
    return found


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


def _stopped(node: Node) -> bool:
    return not isinstance(node.kubelet, Missing) and node.kubelet.process is None
