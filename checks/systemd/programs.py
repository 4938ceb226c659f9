"""Units whose program is gone: a package upgrade that failed half-way."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    Node,
    Origin,
    Rank,
    Runtime,
    Seen,
    Severity,
    Source,
    Unit,
    check,
    known,
    present,
    seen_runtime,
)
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet

_PROOF = Seen("kubelet 1.20, containerd 1.6 and Docker 20.10 under systemd 252")
_REMEDY = "Install its package again, such as by `apt-get install --reinstall {0}`."


def starts_nothing(daemon: Kubelet | Containerd | Docker) -> bool:
    """Whether the program that its unit starts is seen not to be there."""
    program = present(daemon.program)
    return program is not None and program.there is False


def _gone(daemon: Kubelet | Containerd | Docker) -> list[Evidence]:
    """What its unit starts, where that is not there; empty where it is."""
    program = known(daemon.program)
    if program is None or known(program.there):
        return []
    evidence = [Evidence("starts", program.path, "a program that is there", program.source)]
    unit = daemon.unit
    state = present(unit.state) if isinstance(unit, Unit) else None
    if isinstance(unit, Unit) and state is not None:
        place = Source(Origin.UNIT, unit.name)
        evidence.append(Evidence("unit state", f"{state.active} ({state.result})", "", place))
    return evidence


@check(
    Severity.ERROR,
    kubelet=True,
    well="The program that the kubelet's unit starts is there",
    remedy=_REMEDY.format("kubelet"),
    proof=_PROOF,
    rank=Rank.PROGRAM,
    hop=At("kubelet", "no program", explains=True),
)
def kubelet_unit_without_program(node: Node) -> Iterator[Finding]:
    """The kubelet's unit starts a program that is not there.

    systemd tries again and again and fails (203/EXEC). A package upgrade that was interrupted
    leaves a node so, or a path that was changed on one side only. What the kubelet is set to is
    still read from its files; its release only where a package database names it.

    Source: systemd.service(5), ExecStart.
    """
    evidence = _gone(known(node.kubelet))
    if evidence:
        yield Finding(
            f"the kubelet's program {evidence[0].value} is not there",
            tuple(evidence),
            hurts="The kubelet cannot start: the node is lost to the cluster.",
        )


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="The program that containerd's unit starts is there",
    remedy=_REMEDY.format("containerd.io"),
    proof=_PROOF,
    rank=Rank.PROGRAM,
    hop=At("containerd", "no program", explains=True),
)
def containerd_unit_without_program(node: Node) -> Iterator[Finding]:
    """containerd's unit starts a program that is not there.

    A containerd that still runs does so until its next stop; it cannot be started again. The same
    comes of a tarball in /usr/local/bin that was taken away while its unit stayed.

    Source: systemd.service(5), ExecStart.
    """
    evidence = _gone(known(node.containerd))
    if evidence:
        yield Finding(
            f"containerd's program {evidence[0].value} is not there",
            tuple(evidence),
            hurts="containerd cannot start, and no pod without it.",
        )


@check(
    Severity.ERROR,
    well="The program that Docker's unit starts is there",
    remedy=f"{_REMEDY.format('docker-ce')} Where nothing needs Docker any more: "
    "`systemctl disable --now docker.socket docker.service`.",
    proof=_PROOF,
    rank=Rank.PROGRAM,
)
def docker_unit_without_program(node: Node) -> Iterator[Finding]:
    """Docker's unit starts a program that is not there.

    While pods run through Docker the node is down with it. Once the kubelet uses containerd it is a
    leftover, and a warning.

    Source: systemd.service(5), ExecStart.
    """
    evidence = _gone(known(node.docker))
    if not evidence:
        return
    left = seen_runtime(node) is Runtime.CONTAINERD
    yield Finding(
        f"Docker's program {evidence[0].value} is not there",
        tuple(evidence),
        hurts="Its unit fails whenever it is started." if left else "Docker cannot start.",
        severity=Severity.WARNING if left else None,
    )
