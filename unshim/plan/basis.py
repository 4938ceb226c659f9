"""What a plan rests on beside its steps: files by their hashes, and daemon answers in words."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable

from unshim.apply.acts.units import LASTING
from unshim.host.host import Host
from unshim.model.checks import Result
from unshim.model.machine import Unit, UnitState
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.kubelet import Kubelet
from unshim.model.plan import Fix
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing, Origin, Setting

ABSENT = ""
UNREADABLE = "unreadable"
COMES_AND_GOES = "comes and goes"


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
        facts["kubelet runs"] = runs(node.kubelet)
    if not isinstance(node.containerd, Missing):
        containerd = node.containerd
        facts["containerd version"] = _word(containerd.version)
        facts["containerd socket"] = containerd.socket.path
        if containerd.unit is not None and not isinstance(containerd.unit, Missing):
            facts["containerd KillMode"] = containerd.unit.kill_mode.value
        going = runs(containerd) == COMES_AND_GOES
        if going:
            facts["CRI"] = COMES_AND_GOES
        elif not isinstance(containerd.running, Missing):
            cri = containerd.running.cri
            facts["CRI"] = "no answer" if isinstance(cri, Missing) else ", ".join(cri.apis)
        if going:
            return facts
    facts["pods that a drain would move"] = _pods(node)
    return facts


def runs(daemon: Kubelet | Containerd) -> str:
    """Whether a daemon runs, judged over a while: one that systemd starts again and again does so
    at one moment, and not at the next."""
    unit, process = daemon.unit, daemon.process
    state = unit.state if isinstance(unit, Unit) else None
    if isinstance(state, UnitState) and state.active not in ("inactive", "failed"):
        young = not process or time.time() - process.started < LASTING
        if state.sub == "auto-restart" or (state.restarts and young):
            return COMES_AND_GOES
    return str(bool(process))


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
