"""Recorded nodes in which a few facts are others, and what one check comes to on them."""

from __future__ import annotations

from typing import Any

from tests.laws.nodes import CHECKS
from unshim.judge.diagnose import diagnose_one
from unshim.model.checks import CheckFunction, Evidence, Result, id_of
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Origin, Setting, Source, Version, known

HEALTHY, BEFORE, HOST = "containerd-healthy", "dockershim", "containerd-without-kubelet"
SOCKET = "/run/containerd/containerd.sock"
FILE = Source(Origin.FILE, "/var/lib/kubelet/config.yaml", 7)
FLAGS = Source(Origin.FLAG, "/var/lib/kubelet/kubeadm-flags.env", 3)
_CHECKS = {check.id: check for check in CHECKS}


def result(function: CheckFunction, seen: Node) -> Result:
    """What the check of this function comes to."""
    return diagnose_one(seen, _CHECKS[id_of(function)])


def verdict(function: CheckFunction, seen: Node) -> str:
    """Its severity where it fails, else its outcome."""
    judged = result(function, seen)
    return str(judged.severity or judged.outcome)


def evidence(function: CheckFunction, seen: Node) -> dict[str, Evidence]:
    """The evidence of its one finding, by what it is."""
    (finding,) = result(function, seen).findings
    return {item.what: item for item in finding.evidence}


def with_kubelet(seen: Node, **facts: Any) -> Node:
    """The same node with other facts of its kubelet."""
    kubelet: Kubelet = known(seen.kubelet)
    return seen._replace(kubelet=kubelet._replace(**facts))


def with_settings(seen: Node, source: Source = FILE, **values: object) -> Node:
    """The same node whose kubelet takes these settings, all from one place."""
    settings: dict[str, object] = {k: Setting(v, source) for k, v in values.items()}
    return with_kubelet(seen, effective={**known(seen.kubelet).effective, **settings})


def with_containerd(seen: Node, **facts: Any) -> Node:
    """The same node with other facts of its containerd."""
    containerd: Containerd = known(seen.containerd)
    return seen._replace(containerd=containerd._replace(**facts))


def with_config(seen: Node, **facts: Any) -> Node:
    """The same node with other facts of containerd's configuration."""
    config = known(seen.containerd).config
    assert isinstance(config, ContainerdConfig)
    return with_containerd(seen, config=config._replace(**facts))


def of_release(line: tuple[int, int], place: str = "/usr/bin/a --version") -> Setting[Version]:
    """A release, as its program tells it."""
    return Setting(Version(*line, 4), Source(Origin.COMMAND, place))


def uses(seen: Node, runtime: Runtime) -> Node:
    """The same node whose kubelet uses this runtime."""
    return seen._replace(runtime=Setting(runtime, FLAGS))
