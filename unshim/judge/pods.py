"""Which of the kubelet's pods run where it runs them now. Pure judgement."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.judge.phase import through_docker
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.parts.pods import Pod, PodOrigin, Pods, StaticPod
from unshim.model.values import Missing, Setting

NAMESPACE = "k8s.io"
"""containerd's namespace for what the kubelet runs."""


class Wanted(NamedTuple):
    """A static pod, the sandbox of its that was seen (a ready one before others), and whether one
    of its containers runs in it."""

    pod: StaticPod
    sandbox: Pod | None
    runs: bool


def pods_now(node: Node) -> Pods | Missing:
    """The kubelet's pods, as the runtime has them that its kubelet uses now: Docker, or containerd,
    which has none where no task is in its namespace, whether or not CRI answers."""
    docker = on_docker_now(node)
    if isinstance(docker, Missing):
        return docker
    if docker:
        if isinstance(node.docker, Missing):
            return node.docker
        return Pods((), ()) if node.docker.active is False else node.docker.pods
    return Pods((), ()) if isinstance(node.pods, Missing) and no_tasks(node) else node.pods


def no_tasks(node: Node) -> bool:
    """Whether containerd is seen to run nothing in the kubelet's namespace."""
    if isinstance(node.containerd, Missing) or isinstance(node.containerd.running, Missing):
        return False
    tasks = node.containerd.running.tasks
    return not isinstance(tasks, Missing) and all(t.namespace != NAMESPACE for t in tasks)


def on_docker_now(node: Node) -> bool | Missing:
    """Whether its pods run through Docker now: a kubelet that runs goes on with the flags it was
    started with, whatever its files say by now."""
    running = node.kubelet if isinstance(node.kubelet, Missing) else node.kubelet.running
    if isinstance(running, Mapping):
        runtime = running.get("container-runtime")
        if isinstance(runtime, Setting) and runtime.value == "docker":
            return True
        endpoint = running.get("containerRuntimeEndpoint")
        if isinstance(endpoint, Setting) and str(endpoint.value).endswith("/containerd.sock"):
            return False
    return through_docker(node)


def running_ids(pods: Pods) -> frozenset[str]:
    """The sandboxes that are ready and in which a container runs."""
    ready = {pod.id for pod in pods.pods if pod.ready}
    return frozenset(
        c.pod_id for c in pods.containers if c.state == "running" and c.pod_id in ready
    )


def static_pods_in(wanted: tuple[StaticPod, ...], pods: Pods, host: str) -> tuple[Wanted, ...]:
    """Each static pod that is to run for good, once for each name, and what runs of it; `host` is
    the name that the node is registered under."""
    alive = running_ids(pods)
    names = dict.fromkeys((p.namespace, p.name) for p in wanted)
    of: dict[tuple[str, str], list[Pod]] = {name: [] for name in names}
    for sandbox in pods.pods:
        name = _manifest_of(sandbox, of, host)
        if name is not None:
            of[name].append(sandbox)
    first = {(p.namespace, p.name): p for p in reversed(wanted)}
    rows = []
    for name, pod in first.items():
        if pod.restart_policy in ("", "Always"):
            seen = sorted(of[name], key=lambda s: (s.id not in alive, not s.ready))
            rows.append(Wanted(pod, seen[0] if seen else None, any(s.id in alive for s in seen)))
    return tuple(sorted(rows, key=lambda row: (row.pod.namespace, row.pod.name)))


def _manifest_of(
    sandbox: Pod, names: Mapping[tuple[str, str], object], host: str
) -> tuple[str, str] | None:
    """The manifest that a sandbox was made from. The kubelet adds the node's name to the pod's,
    which a cloud may have made another one than the host's: then the longest that fits."""
    if sandbox.origin is not PodOrigin.STATIC:
        return None
    exact = sandbox.name.removesuffix(f"-{host}")
    if exact != sandbox.name:
        return (sandbox.namespace, exact) if (sandbox.namespace, exact) in names else None
    fitting = [
        name
        for name in names
        if name[0] == sandbox.namespace and sandbox.name.startswith(f"{name[1]}-")
    ]
    return max(fitting, key=lambda name: len(name[1]), default=None)
