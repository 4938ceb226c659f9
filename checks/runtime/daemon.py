"""containerd itself: does it run, and from its unit."""

from __future__ import annotations

from collections.abc import Iterator

from checks.systemd.programs import containerd_unit_without_program, starts_nothing
from unshim.api import (
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Rank,
    Runtime,
    Seen,
    Setting,
    Severity,
    SocketState,
    Source,
    Unit,
    check,
    known,
    not_known,
    seen_runtime,
    shows,
)


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="containerd runs",
    remedy="See `journalctl -u containerd`, fix the cause, then `systemctl start containerd`.",
    proof=Seen("containerd 1.6 under systemd 252"),
    rank=Rank.DAEMON,
    follows=(containerd_unit_without_program,),
)
def containerd_not_running(node: Node) -> Iterator[Finding]:
    """containerd is installed but does not run.

    Before the migration this is a warning where Docker brings its own containerd; once the kubelet
    uses containerd the node is down without it. A daemon that runs outside its unit is a warning:
    systemd neither restarts it nor starts it at boot.

    Source: systemd's state of containerd.service, the process and its socket.
    """
    containerd = known(node.containerd)
    process = known(containerd.process)
    before = seen_runtime(node) not in (None, Runtime.CONTAINERD)
    unit = containerd.unit
    evidence = list(unit_evidence(unit))
    if process is None and containerd.socket.state is not SocketState.LISTENING:
        evidence.append(
            Evidence("process", "none", "containerd", Source(Origin.PROCESS, "process list"))
        )
        yield Finding(
            "containerd does not run",
            tuple(evidence),
            hurts="The kubelet cannot move to it yet."
            if before
            else "No pod can start, stop or be looked at on this node.",
            severity=Severity.WARNING if before else None,
            follows=containerd_unit_without_program if starts_nothing(containerd) else None,
        )
    elif process is not None and _outside_unit(unit, process.pid):
        place = Source(Origin.PROCESS, "containerd")
        evidence.append(Evidence("process", process.exe, "started by its unit", place))
        yield Finding(
            "containerd runs, but not from its unit",
            tuple(evidence),
            hurts="systemd does not restart it, and does not start it at boot.",
            severity=Severity.WARNING,
        )


def _outside_unit(unit: Unit | Missing | None, pid: int) -> bool:
    if not isinstance(unit, Unit) or isinstance(unit.state, Missing):
        return False
    return unit.state.active != "active" or unit.state.main_pid != pid


def unit_evidence(
    unit: Unit | Missing | None, wanted: str = "containerd.service"
) -> Iterator[Evidence]:
    """What systemd says of a unit that is to run."""
    if unit is None:
        yield Evidence("unit", "none", wanted, Source(Origin.UNIT, "systemd"))
    elif isinstance(unit, Missing):
        yield not_known("unit", unit)
    elif isinstance(unit.state, Missing):
        yield not_known("unit state", unit.state)
    else:
        place = Source(Origin.UNIT, unit.name)
        yield Evidence("unit state", f"{unit.state.active} ({unit.state.sub})", "active", place)
        yield Evidence("starts at boot", unit.state.enabled, "enabled", place)
        if unit.state.restarts:
            yield shows("restarts", Setting(unit.state.restarts, place))
