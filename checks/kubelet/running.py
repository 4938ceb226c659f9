"""The kubelet itself: does it run."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.daemon import unit_evidence
from checks.systemd.programs import kubelet_unit_without_program, starts_nothing
from unshim.api import (
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Rank,
    Seen,
    Severity,
    Source,
    Unit,
    check,
    known,
)


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet runs",
    remedy="See `journalctl -u kubelet` for its last words, fix what they name, then `systemctl "
    "start kubelet`.",
    proof=Seen("kubelets 1.20 and 1.27 under systemd 252"),
    rank=Rank.SYMPTOM,
    follows=(kubelet_unit_without_program,),
)
def kubelet_not_running(node: Node) -> Iterator[Finding]:
    """The kubelet is on this node and does not run.

    Pods that are up go on without it, but none is started, stopped or looked after, and after five
    minutes the cluster takes the node for lost. One that systemd starts again and again counts as
    not running while it waits for its next start. What else is wrong here may be the cause.

    Source: the processes, and systemd's state of kubelet.service.
    """
    kubelet = known(node.kubelet)
    unit = kubelet.unit
    state = unit.state if isinstance(unit, Unit) else None
    waits = not isinstance(state, Missing) and state is not None and state.sub == "auto-restart"
    if known(kubelet.process) is not None and not waits:
        return
    place = Source(Origin.PROCESS, "process list")
    yield Finding(
        "the kubelet does not run",
        (Evidence("process", "none", "kubelet", place), *unit_evidence(unit, "kubelet.service")),
        hurts="No pod of this node is started, stopped or looked after.",
        follows=kubelet_unit_without_program if starts_nothing(kubelet) else None,
    )
