"""What a node is expected to be after restarts and shared images, which no file shows.

Nothing here was seen; a forecast that rests on it says so and is looked at again afterwards.
"""

from __future__ import annotations

from unshim.judge.phase import running_driver
from unshim.judge.pods import NAMESPACE, on_docker_now, running_ids
from unshim.judge.registered import node_name
from unshim.model.node import Node
from unshim.model.parts.containerd import (
    Containerd,
    ContainerdConfig,
    ContainerdRunning,
    Cri,
    Plugin,
)
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.values import Missing, Origin, Why
from unshim.releases.cri_apis import served_by_release


def shared(node: Node, source: str, target: str, name: str, digest: str) -> Node:
    """The node with an image in another namespace too."""
    if isinstance(node.images, Missing):
        return node
    copies = tuple(
        image._replace(namespace=target, name=name)
        for image in node.images.images
        if image.namespace == source
        and image.digest == digest
        and image.completeness is Completeness.COMPLETE
    )[:1]
    names = node.images.cri_names
    listed = names if isinstance(names, Missing) else names | {name}
    return node._replace(images=Images((*node.images.images, *copies), listed))


def brought(node: Node, target: str, name: str, digest: str) -> Node:
    """The node with an image in a namespace that came from elsewhere. Its manifest's digest is not
    known before it is there: its id stands for it."""
    if isinstance(node.images, Missing):
        return node
    image = Image(target, name, digest, 0, Completeness.COMPLETE, 0, 0)
    names = node.images.cri_names
    listed = names if isinstance(names, Missing) or target != NAMESPACE else names | {name}
    others = (i for i in node.images.images if (i.namespace, i.name) != (target, name))
    return node._replace(images=Images((*others, image), listed))


def without_swap(node: Node, device: str) -> Node:
    """The node with one device less to swap to."""
    kernel = node.kernel
    if isinstance(kernel, Missing) or isinstance(kernel.swaps, Missing):
        return node
    left = tuple(swap for swap in kernel.swaps if swap.name != device)
    return node._replace(kernel=kernel._replace(swaps=left))


def drained(node: Node) -> Node:
    """The node without the pods that a drain takes away."""
    docker = node.docker
    if not isinstance(docker, Missing) and not isinstance(docker.pods, Missing):
        docker = docker._replace(pods=_without_drained(docker.pods))
    pods = node.pods if isinstance(node.pods, Missing) else _without_drained(node.pods)
    return node._replace(docker=docker, pods=pods)


def _without_drained(pods: Pods) -> Pods:
    gone = {pod.id for pod in pods.pods if pod.origin.drained}
    return Pods(
        tuple(pod for pod in pods.pods if pod.id not in gone),
        tuple(one for one in pods.containers if one.pod_id not in gone),
    )


def restarted(node: Node, unit: str) -> Node:
    """The node with a unit restarted: its running facts follow from its files.

    A CRI service that is expected is not counted as ready: a fix that needs a ready one waits
    until it was seen.
    """
    if unit == "containerd.service":
        return _containerd_restarted(node)
    return _kubelet_restarted(node) if unit == "kubelet.service" else node


def _containerd_restarted(node: Node) -> Node:
    containerd = node.containerd
    if isinstance(containerd, Missing) or not isinstance(containerd.config, ContainerdConfig):
        return node
    return node._replace(containerd=containerd._replace(running=_running(containerd)))


def _running(containerd: Containerd) -> ContainerdRunning | Missing:
    running, config = containerd.running, containerd.config
    if isinstance(running, Missing) or isinstance(running.version, Missing):
        return running
    assert isinstance(config, ContainerdConfig)
    disabled = any("cri" in s.value.rpartition(".")[2] for s in config.disabled_plugins)
    if disabled:
        return running._replace(cri=Missing("disabled in its configuration", Why.NOT_OFFERED))
    plugins = running.plugins
    if not isinstance(plugins, Missing):
        plugins = tuple(
            p if "cri" not in p.type and p.id != "cri" else Plugin(p.type, p.id) for p in plugins
        )
    cri = Cri(
        apis=tuple(sorted(served_by_release(running.version.value))),
        runtime_name="containerd",
        runtime_version=running.version_text,
        conditions=(),
        config=Missing("expected, not seen", Why.NOT_OFFERED),
        cgroup_driver=config.cgroup_driver,
    )
    return running._replace(plugins=plugins, cri=cri)


def _kubelet_restarted(node: Node) -> Node:
    kubelet = node.kubelet
    if isinstance(kubelet, Missing):
        return node
    after = node._replace(kubelet=_as_configured(kubelet))
    comes = kubelet.process is None or _in_docker(node)
    return _with_static_pods(after) if comes and on_docker_now(after) is False else after


def _in_docker(node: Node) -> bool:
    """Whether Docker runs pods of the kubelet's."""
    pods = node.docker if isinstance(node.docker, Missing) else node.docker.pods
    return not isinstance(pods, Missing) and bool(running_ids(pods))


def _with_static_pods(node: Node) -> Node:
    """The node with its static pods on containerd, as a kubelet that comes to it makes them."""
    if isinstance(node.static_pods, Missing):
        return node
    host = node_name(node)
    pods = tuple(
        Pod(f"expected-{n}", f"{p.name}-{host}", p.namespace, "", True, PodOrigin.STATIC)
        for n, p in enumerate(node.static_pods)
    )
    containers = tuple(Container(p.id, p.id, "", "", "running", 0.0) for p in pods)
    return node._replace(pods=Pods(pods, containers))


def _as_configured(kubelet: Kubelet) -> Kubelet:
    references = kubelet.dockershim_references
    if not isinstance(references, Missing):
        references = tuple(r for r in references if r.source.origin is not Origin.PROCESS)
    if isinstance(kubelet.running_flags, Missing):
        return kubelet._replace(dockershim_references=references)
    return kubelet._replace(
        dockershim_references=references,
        running_flags=kubelet.flags,
        running=kubelet.effective,
        staged=(),
        running_version=kubelet.version,
    )


def pending(node: Node) -> tuple[str, ...]:
    """Changes that wait on disk for a restart already, and that a restart would carry out too."""
    containerd, now = node.containerd, running_driver(node)
    if isinstance(containerd, Missing) or not isinstance(containerd.config, ContainerdConfig):
        return ()
    configured = containerd.config.cgroup_driver
    if now is None or isinstance(configured, Missing) or now.value is configured.value:
        return ()
    return (
        f"containerd's configuration already says {configured.value} cgroups, which it "
        "does not use yet; its restart brings that into force too",
    )
