"""How the cluster knows the node. Pure judgement."""

from __future__ import annotations

from unshim.model.node import Node
from unshim.model.values import Missing, Setting

_OVERRIDE = "hostname-override"


def node_name(node: Node) -> str:
    """The name that the kubelet registers the node under: --hostname-override, of the process that
    runs before that of its next start, else the host's name; in small letters, as the kubelet turns
    either."""
    if not isinstance(node.kubelet, Missing):
        running = node.kubelet.running
        for settings in ({} if isinstance(running, Missing) else running, node.kubelet.effective):
            override = settings.get(_OVERRIDE)
            if isinstance(override, Setting) and str(override.value).strip():
                return str(override.value).strip().lower()
    return node.machine.name.lower()
