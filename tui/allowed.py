"""Whether this sitting may change the node, and why not."""

from __future__ import annotations

from unshim.model.node import Node


def why_not(only_reads: bool, node: Node) -> str:
    """One sentence that says why nothing can be applied here, "" where it can."""
    if not node.live:
        return f"Nothing can be applied here: this is {node.origin}, not a live machine."
    if only_reads:
        return "Nothing can be applied here: unshim was started read-only."
    if not node.machine.root:
        return "Nothing can be applied here: that needs root, and this is not root."
    return ""
