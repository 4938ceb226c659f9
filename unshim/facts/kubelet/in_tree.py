"""The kubelet of a plain tree: what may be elsewhere on the machine, and what has yet to come."""

from __future__ import annotations

from unshim.host.host import Host
from unshim.model.machine import ParseError, Unit
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.kubelet import Fault, Kubelet
from unshim.model.values import Missing, Why
from unshim.text.escape import visible

_KUBECONFIG = "/etc/kubernetes/kubelet.conf"
_CONFIG = "/var/lib/kubelet/config.yaml"
_FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
_TRACES = (_KUBECONFIG, _CONFIG, _FLAGS)
"""What only a node with a kubelet has."""


def to_come(host: Host, unit: Unit | None | Missing) -> Missing | None:
    """Why settings that nothing sets are no defaults: kubeadm has yet to write its two files."""
    if host.at_rest is None or not isinstance(unit, Unit):
        return None
    if not any(_FLAGS.encode() in file.data for file in unit.files):
        return None
    if any(host.stat(path) is not None for path in _TRACES):
        return None
    reason = "this node has joined no cluster yet; kubeadm writes its kubelet's settings then"
    return Missing(reason, Why.AT_REST)


def outside(host: Host, path: str) -> Missing | None:
    """Why what is not in this tree may yet be on its machine: not even its folder is here."""
    folder = path.rpartition("/")[0]
    if host.at_rest is None or host.stat(folder or "/") is not None:
        return None
    return Missing(f"this tree has no {visible(folder)}", Why.NOT_PRESENT)


def unless_outside(host: Host, path: str, fault: Fault) -> Fault | Missing:
    """The fault that something is not there; Missing where the tree holds not even its folder."""
    beyond = outside(host, path) if path else None
    return fault if beyond is None else beyond


def unseen(host: Host, kubelet: Kubelet, containerd: Containerd | Missing) -> Missing | None:
    """Why it cannot be said that the machine of this tree has no kubelet; None where it can."""
    if host.at_rest is None or kubelet.unit or kubelet.binary:
        return None
    trace = next((path for path in _TRACES if host.stat(path)), "")
    if trace:
        reason = f"{trace} is in this tree, but neither the kubelet's program nor its unit"
        return Missing(reason, Why.NOT_PRESENT)
    if isinstance(containerd, Missing):
        return containerd
    if not _is_in_tree(containerd):
        reason = f"there is no kubelet and no containerd in {host.origin}"
        return Missing(reason, Why.NO_NODE)
    return kubelet.binary if isinstance(kubelet.binary, Missing) else None


def _is_in_tree(containerd: Containerd) -> bool:
    config = containerd.config
    configured = isinstance(config, ParseError) or (
        isinstance(config, ContainerdConfig) and bool(config.files)
    )
    return configured or bool(containerd.unit or containerd.binary)
