"""A node: what is known about one machine at one moment. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import Machine, Runtime, Unit
from unshim.model.nouns import NamedTuple
from unshim.model.parts.clients import Buildkit, Crictl, Nerdctl
from unshim.model.parts.cni import Cni
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.images import Images
from unshim.model.parts.kernel import Kernel
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.managed import Distribution
from unshim.model.parts.pods import Pods, StaticPod
from unshim.model.parts.proxy import Proxies
from unshim.model.parts.registry import Registry
from unshim.model.parts.storage import Logs, Storage
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
    units: Mapping[str, Unit | None | Missing] | Missing
    kernel: Kernel | Missing
    storage: Storage | Missing
    logs: Logs | Missing
    registry: Registry | Missing
    cni: Cni | Missing
    nerdctl: Nerdctl | Missing
    buildkit: Buildkit | Missing
    proxies: Proxies | Missing
    distribution: Distribution | None | Missing
