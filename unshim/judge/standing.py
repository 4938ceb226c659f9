"""The best that may be said of a node, from what its checks came to. Pure judgement."""

from __future__ import annotations

from unshim.model.checks import Outcome, Severity
from unshim.model.node import Node
from unshim.model.session import Look, Standing
from unshim.model.values import Missing, Why


def standing_of(look: Look) -> Standing:
    """Never well unless seen well: the first of these that holds."""
    outcomes = {result.outcome for result in look.results}
    severities = {result.severity for result in look.results}
    if Severity.ERROR in severities:
        return Standing.BROKEN
    if Outcome.ERROR in outcomes or _reading_broke(look.node):
        return Standing.FAULT
    if look.open_run is not None:
        return Standing.UNSETTLED
    if Outcome.UNKNOWN in outcomes or _runtime_not_seen(look.node):
        return Standing.NOT_ALL_SEEN
    if Severity.WARNING in severities:
        return Standing.WARNED
    return Standing.NOT_ALL_RUN if look.left_out or not look.results else Standing.WELL


def _runtime_not_seen(node: Node) -> bool:
    """Of an image that has yet to join a cluster there is nothing to see."""
    return isinstance(node.runtime, Missing) and node.runtime.why is not Why.AT_REST


def _reading_broke(node: Node) -> bool:
    """Whether unshim failed while it read what the sentence itself rests on."""
    parts = (node.runtime, node.kubelet, node.containerd, node.docker, node.static_pods)
    return any(isinstance(part, Missing) and part.why is Why.BROKEN for part in parts)
