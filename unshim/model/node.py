"""A node: what is known about one machine at one moment. Data only."""

from __future__ import annotations

from typing import NamedTuple

from unshim.model.containerd import Containerd
from unshim.model.crictl import Crictl
from unshim.model.docker import Docker
from unshim.model.facts import Machine, Runtime
from unshim.model.images import Images
from unshim.model.kubelet import Kubelet
from unshim.model.pods import Pods, StaticPod
from unshim.model.values import Missing, Setting


class Node(NamedTuple):
    """One machine at one moment. `origin` says in words where this was read from."""

    origin: str
    live: bool
    machine: Machine
    kubelet: Kubelet | Missing
    containerd: Containerd | Missing
    docker: Docker | Missing
    crictl: Crictl | Missing
    images: Images | Missing
    pods: Pods | Missing
    static_pods: tuple[StaticPod, ...] | Missing
    runtime: Setting[Runtime] | Missing
