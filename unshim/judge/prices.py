"""What a fix costs, in words: how many files, and what it disturbs. Pure judgement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix, Refused
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.model.values import Unknown

PRICES = {
    Disturbs.NOTHING: "disturbs nothing",
    Disturbs.KUBELET: "restarts the kubelet, pods keep running",
    Disturbs.CONTAINERD: "restarts containerd, pods keep running",
    Disturbs.DOCKER: "restarts Docker",
    Disturbs.DRAIN: "needs a drain, pods are made again",
    Disturbs.REBOOT: "needs a reboot",
}


def disturbance(fixes: Iterable[Fix], steps: Sequence[Step]) -> Disturbs:
    """What these steps really disturb: a fix names the most it may, and may restart nothing."""
    most = max((f.disturbs for f in fixes), key=lambda d: d.rank, default=Disturbs.NOTHING)
    if most.rank >= Disturbs.DRAIN.rank:
        return most
    units = {s.unit for s in steps if isinstance(s, RestartUnit)}
    if "containerd.service" in units:
        return Disturbs.CONTAINERD
    return Disturbs.KUBELET if "kubelet.service" in units else Disturbs.NOTHING


def price(fix: Fix, node: Node) -> str:
    """`disturbs nothing, 1 file`: of this fix on this node as it is. Where it would be refused now,
    the most that it disturbs. What hurts comes first, as a narrow screen shows no more."""
    try:
        steps = list(fix.run(node))
    except (Refused, Unknown):
        return PRICES[fix.disturbs]
    except Exception:  # a price is beside the point: a broken fix must not take the report with it
        return PRICES[fix.disturbs]
    files = len({s.path for s in steps if isinstance(s, WriteFile)})
    counted = f", {files} file{'s' * (files > 1)}" if files else ""
    return PRICES[disturbance([fix], steps)] + counted
