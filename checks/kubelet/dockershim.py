"""dockershim: is the kubelet still told to use it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    Finding,
    FromSource,
    Missing,
    Node,
    Rank,
    Runtime,
    Seen,
    Setting,
    Severity,
    absent,
    check,
    known,
    not_known,
    quotes,
    shows,
)
from unshim.model.machine import Reference

_CONTAINERD = "unix:///run/containerd/containerd.sock"


@check(
    Severity.ERROR,
    kubelet=True,
    well="Nothing that the kubelet reads leads to dockershim",
    remedy="Point the kubelet at containerd: drain the node, then set its runtime endpoint to "
    "containerd's socket in the file that names dockershim.",
    proof=(Seen("kubelets 1.20, 1.23 and 1.27"), FromSource("kubelet 1.24 to 1.26")),
    rank=Rank.RUNTIME_STAYS,
)
def kubelet_dockershim_reference(node: Node) -> Iterator[Finding]:
    """The kubelet is told to use dockershim, which Kubernetes 1.24 removed.

    Up to 1.23 the kubelet runs its pods through Docker by dockershim, a part of the kubelet
    itself, also when nothing says so: that is its default. Such a node works, but cannot be
    upgraded to 1.24 (a warning). From 1.24 on any setting that names dockershim stops the kubelet
    or is a leftover that misleads people and tools (an error). Comments and backup files do not
    count.

    Source: Kubernetes documentation, "Check whether dockershim removal affects you".
    """
    kubelet = known(node.kubelet)
    references = known(kubelet.dockershim_references)
    version = kubelet.version
    gone = isinstance(version, Setting) and version.value.line >= (1, 24)
    dockershim = isinstance(node.runtime, Setting) and node.runtime.value is Runtime.DOCKERSHIM
    if not references and not dockershim:
        known(node.runtime)
        return
    references = tuple(r for r in references if not _names_containerd(node, r))
    if not references and not dockershim:
        return
    evidence = [quotes(r, "no mention of dockershim") for r in references]
    if dockershim and isinstance(kubelet.runtime, Setting) and kubelet.runtime.value != "remote":
        evidence.append(shows("--container-runtime", kubelet.runtime, "remote"))
    endpoint = kubelet.endpoint
    if dockershim and isinstance(endpoint, Setting) and "dockershim" in endpoint.value:
        evidence.append(shows("runtime endpoint", endpoint, _CONTAINERD))
    if dockershim and endpoint is None:
        evidence.append(absent("runtime endpoint", expected=_CONTAINERD))
    evidence.append(
        not_known("kubelet version", version)
        if isinstance(version, Missing)
        else shows("kubelet version", version)
    )
    yield Finding(
        "the kubelet still runs its pods through dockershim"
        if dockershim
        else "settings that the kubelet reads still name dockershim",
        tuple(evidence),
        hurts="The kubelet does not start with these settings."
        if gone and dockershim
        else "Kubernetes 1.24 and later cannot run on this node as it is configured."
        if dockershim
        else "Tools and people that follow these settings talk to a socket that is gone.",
        severity=None if gone else Severity.WARNING,
    )


def _names_containerd(node: Node, reference: Reference) -> bool:
    """Whether the line names a socket at which containerd itself listens."""
    if "dockershim.sock" not in reference.text or known(node.runtime).value is not (
        Runtime.CONTAINERD
    ):
        return False
    path = "" if isinstance(node.containerd, Missing) else node.containerd.socket.path
    return "dockershim" in path and path.removeprefix("/var") in reference.text
