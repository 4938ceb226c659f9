"""Units: drop-ins that make a restart harmless."""

from __future__ import annotations

from collections.abc import Iterator

from checks.systemd.containerd_unit import containerd_unit_killmode
from unshim.api import Disturbs, Node, Refused, ReloadSystemd, Step, WriteFile, fix, known

DROP_IN = "/etc/systemd/system/containerd.service.d/50-unshim-killmode.conf"
TEXT = b"[Service]\nKillMode=process\n"


@fix(containerd_unit_killmode, disturbs=Disturbs.NOTHING)
def set_killmode_process(node: Node) -> Iterator[Step]:
    """Let containers live through a restart of containerd.

    A drop-in sets KillMode=process and systemd reads its units again. It holds from the next stop
    of containerd on; nothing restarts now.
    """
    unit = known(known(node.containerd).unit)
    if unit is None:
        raise Refused("containerd has no unit here")
    standing = next((f for f in unit.files if f.path == DROP_IN), None)
    later = unit.kill_mode.source.where
    if later.rpartition("/")[2] > DROP_IN.rpartition("/")[2] and later.endswith(".conf"):
        raise Refused(
            f"{later} sets KillMode after any drop-in of ours",
            (f"edit {later}: KillMode=process", "systemctl daemon-reload"),
        )
    yield WriteFile(DROP_IN, standing.data if standing else None, TEXT)
    yield ReloadSystemd()
