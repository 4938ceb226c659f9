"""The units that run containerd: what systemd does to pods when it stops them."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import At, Finding, Node, Seen, Severity, check, known, shows


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="A restart of containerd's unit kills no container",
    remedy="Write a drop-in with KillMode=process for containerd.service and reload systemd; "
    "nothing restarts.",
    proof=Seen("containerd 1.6 under systemd 252"),
    hop=At("containerd", "its restart kills pods"),
)
def containerd_unit_killmode(node: Node) -> Iterator[Finding]:
    """A restart of containerd would kill every container on this node.

    The shims that hold the containers live in containerd's unit. Unless its KillMode is `process`
    systemd ends them together with the daemon, at each restart and each package upgrade. `none`
    leaves them alone too, but also leaves containerd's own helpers behind. This must be right
    before anything restarts containerd.

    Source: containerd docs/ops.md; systemd.kill(5).
    """
    unit = known(node.containerd).unit
    if unit is None:
        return
    mode = known(unit).kill_mode
    if mode.value not in ("process", "none"):
        yield Finding(
            f"containerd's unit has KillMode={mode.value}",
            (shows("KillMode", mode, "process"),),
            hurts="`systemctl restart containerd` or a package upgrade kills all containers.",
        )
