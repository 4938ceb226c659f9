"""What a plan rests on beside files, in words that can be compared later."""

from __future__ import annotations

from unshim.model.node import Node
from unshim.model.parts.pods import PodOrigin
from unshim.model.values import Missing, Setting


def facts_of(node: Node) -> dict[str, str]:
    """The daemon answers that fixes and guards use. Equal words mean that a plan still holds."""
    facts = {"runtime": _word(node.runtime)}
    if not isinstance(node.kubelet, Missing):
        facts["kubelet version"] = _word(node.kubelet.version)
        facts["kubelet runs"] = str(bool(node.kubelet.process))
    if not isinstance(node.containerd, Missing):
        containerd = node.containerd
        facts["containerd version"] = _word(containerd.version)
        facts["containerd socket"] = containerd.socket.path
        if containerd.unit is not None and not isinstance(containerd.unit, Missing):
            facts["containerd KillMode"] = containerd.unit.kill_mode.value
        if not isinstance(containerd.running, Missing):
            cri = containerd.running.cri
            facts["CRI"] = "no answer" if isinstance(cri, Missing) else ", ".join(cri.apis)
    facts["pods that a drain would move"] = _pods(node)
    return facts


def _word(fact: Setting[object] | Missing) -> str:
    return "not known" if isinstance(fact, Missing) else str(fact.value)


def _pods(node: Node) -> str:
    sources = [node.pods]
    if not isinstance(node.docker, Missing):
        sources.append(node.docker.pods)
    names = {
        f"{p.namespace}/{p.name}"
        for source in sources
        if not isinstance(source, Missing)
        for p in source.pods
        if p.ready and p.origin is PodOrigin.OTHER
    }
    return ", ".join(sorted(names)) or "none"
