"""The kernel: modules loaded, parameters set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts, by_sh
from unshim.apply.kind import Kind, Picture
from unshim.apply.rows import shared
from unshim.apply.turn import Former
from unshim.model.steps import LoadModule, SetSysctl


def _decode_module(fields: Mapping[str, Any]) -> LoadModule:
    return shared.right(LoadModule(**fields), acts.kernel.is_module(fields["name"]))


def _decode_sysctl(fields: Mapping[str, Any]) -> SetSysctl:
    acts.kernel.sysctl_path(str(fields["key"]))
    return shared.right(SetSysctl(**fields), acts.kernel.is_value(str(fields["after"])))


def _joined_sysctls(first: SetSysctl, second: SetSysctl) -> SetSysctl | None:
    return first._replace(after=second.after) if first.key == second.key else None


def _picture_module(step: LoadModule, picture: Picture) -> None:
    """As the kernel shows it; what it brings along is not known."""
    picture.file_is(f"/sys/module/{step.name}/initstate", b"live\n", 0o444)


def _picture_sysctl(step: SetSysctl, picture: Picture) -> None:
    path = acts.kernel.sysctl_path(step.key)
    picture.file_is(f"/proc/sys/{path}", f"{step.after}\n".encode(), 0o644)


def _unload_command(step: LoadModule, former: Former) -> str:
    brings = former.get("brings", ())
    return f"rmmod {' '.join(reversed(brings))}   (those that nothing uses)" if brings else ""


def _put_back_command(step: SetSysctl, former: Former) -> str:
    was = former.get("value")
    return "" if was is None else f"sysctl -w {step.key}={shared.quoted(was)}"


LOAD = Kind(
    LoadModule,
    "load-module",
    encode=shared.fields,
    decode=_decode_module,
    joined=shared.same,
    order=lambda _: (shared.KERNEL, 0),
    undo_order=lambda _: (shared.KERNEL, 1),
    children=(),
    note=lambda s: acts.kernel.note_module(s),
    do=lambda s, former, turn: acts.kernel.load(s, former, turn),
    undo=lambda s, former, turn: acts.kernel.unload(s, former, turn),
    touches=lambda s: s.name,
    lost=shared.loses_nothing,
    command=lambda s: f"modprobe {s.name}",
    undo_command=_unload_command,
    disturbs=shared.disturbs_nothing,
    pictured=_picture_module,
    by_sh=by_sh.module,
    at_boot=True,
)
SYSCTL = Kind(
    SetSysctl,
    "set-sysctl",
    encode=shared.fields,
    decode=_decode_sysctl,
    joined=_joined_sysctls,
    order=lambda _: (shared.KERNEL, 1),
    undo_order=lambda _: (shared.KERNEL, 0),
    children=(),
    note=lambda s: acts.kernel.note_sysctl(s),
    do=lambda s, former, turn: acts.kernel.set_sysctl(s, former, turn),
    undo=lambda s, former, turn: acts.kernel.put_sysctl_back(s, former, turn),
    touches=lambda s: s.key,
    lost=shared.loses_nothing,
    command=lambda s: f"sysctl -w {s.key}={shared.quoted(s.after)}",
    undo_command=_put_back_command,
    disturbs=shared.disturbs_nothing,
    pictured=_picture_sysctl,
    by_sh=by_sh.parameter,
    at_boot=True,
)
