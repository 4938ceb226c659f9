"""A node: what is known about one machine at one moment. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.clients import Buildkit, Nerdctl
from unshim.model.cni import Cni
from unshim.model.containerd import Containerd
from unshim.model.crictl import Crictl
from unshim.model.docker import Docker
from unshim.model.facts import Machine, Runtime, Unit
from unshim.model.images import Images
from unshim.model.kernel import Kernel
from unshim.model.kubelet import Kubelet
from unshim.model.logs import Logs
from unshim.model.managed import Distribution
from unshim.model.nouns import NamedTuple
from unshim.model.pods import Pods, StaticPod
from unshim.model.proxy import Proxies
from unshim.model.registry import Registry
from unshim.model.storage import Storage
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
