"""What a plan rests on beside its steps: files by their hashes, and daemon answers in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from unshim.host.host import Host
from unshim.model.checks import Result
from unshim.model.node import Node
from unshim.model.plan import Fix
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing, Origin, Setting

ABSENT = ""
UNREADABLE = "unreadable"


def hashes_of(
    host: Host, steps: Iterable[Step], results: Iterable[Result], done: Iterable[Fix]
) -> dict[str, str]:
    """sha256 of every file that is written or that the cured findings rest on; "" for one that is
    absent, `unreadable` for one that is not readable."""
    cured = {f.check_id for f in done}
    paths = {s.path for s in steps if isinstance(s, WriteFile)}
    for result in results:
        if result.check.id in cured:
            paths |= {
                e.source.where
                for finding in result.findings
                for e in finding.evidence
                if e.source
                and e.source.origin in (Origin.FILE, Origin.FLAG, Origin.UNIT)
                and e.source.where.startswith("/")
            }
    return {path: _hash(host, path) for path in sorted(paths)}


def _hash(host: Host, path: str) -> str:
    standing = host.read(path)
    if isinstance(standing, Missing):
        return UNREADABLE
    return ABSENT if standing is None else hashlib.sha256(standing.data).hexdigest()


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
        if p.ready and p.origin.drained
    }
    return ", ".join(sorted(names)) or "none"
