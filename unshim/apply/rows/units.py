"""Units of systemd: reloaded, restarted, stopped, started, enabled, masked."""

from __future__ import annotations

from unshim.apply import acts, by_sh
from unshim.apply.kind import Kind
from unshim.apply.rows import shared
from unshim.apply.turn import Former
from unshim.model.disturbs import Disturbs
from unshim.model.steps import (
    EnableUnit,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    StartUnit,
    StopUnit,
)

_GOING, _DOWN = ("active", "reloading", "activating"), ("inactive", "failed")
_UNITS = ("containerd.service", "docker.service", "kubelet.service")
_DISTURBS = dict(zip(_UNITS, (Disturbs.CONTAINERD, Disturbs.DOCKER, Disturbs.KUBELET), strict=True))


def _place(unit: str) -> int:
    """Units in the order that they start in."""
    return _UNITS.index(unit) if unit in _UNITS else len(_UNITS)


def _disturbs(step: RestartUnit | StopUnit | StartUnit) -> Disturbs:
    return _DISTURBS.get(step.unit, Disturbs.NOTHING)


def _short(unit: str) -> str:
    return unit.removesuffix(".service")


def _undo_restart_command(step: RestartUnit, former: Former) -> str:
    verb = "stop" if former.get("active") == "inactive" else "restart"
    return f"systemctl {verb} {_short(step.unit)}"


def _units_command(verb: str, former: Former, states: tuple[str, ...]) -> str:
    """`systemctl start a b`: for the units that were in one of these states."""
    units = [_short(unit) for unit, was in former.get("active", {}).items() if was in states]
    return " ".join(("systemctl", verb, *units)) if units else ""


def _links_command(step: EnableUnit | MaskUnit, former: Former) -> str:
    was = former.get("enablement") or "not known to systemd"
    return f"put back the links of {_short(step.unit)}   (it was {was})"


RELOAD = Kind(
    ReloadSystemd,
    "reload-systemd",
    encode=shared.fields,
    decode=lambda fields: ReloadSystemd(**fields),
    joined=shared.same,
    order=lambda _: (shared.RELOAD, 0),
    undo_order=lambda _: (shared.RELOAD, 0),
    children=(),
    note=lambda s: acts.unit_steps.note_nothing(s),
    do=lambda s, former, turn: acts.unit_steps.reload(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.reload(s, former, turn),
    touches=lambda _: "",
    lost=shared.loses_nothing,
    command=lambda _: "systemctl daemon-reload",
    undo_command=lambda *_: "systemctl daemon-reload",
    disturbs=shared.disturbs_nothing,
    pictured=lambda _, picture: picture.units_are_reloaded(),
    at_boot=True,
    by_sh=by_sh.reload,
)
RESTART = Kind(
    RestartUnit,
    "restart-unit",
    encode=shared.fields,
    decode=lambda fields: RestartUnit(**fields),
    joined=shared.same,
    order=lambda s: (shared.START, _place(s.unit)),
    undo_order=lambda s: (shared.START, _place(s.unit)),
    children=("probe", "words"),
    note=lambda s: acts.unit_steps.note_restart(s),
    do=lambda s, former, turn: acts.unit_steps.restart(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_restart(s, former, turn),
    touches=lambda _: "",
    lost=shared.loses_nothing,
    command=lambda s: f"systemctl restart {_short(s.unit)}",
    undo_command=_undo_restart_command,
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_restarts(s.unit),
    at_boot=True,
    by_sh=by_sh.restart,
)
STOP = Kind(
    StopUnit,
    "stop-unit",
    encode=shared.fields,
    decode=lambda fields: StopUnit(**fields),
    joined=shared.same,
    order=lambda s: (shared.STOP, -_place(s.unit)),
    undo_order=lambda s: (shared.START, _place(s.unit)),
    children=("probe",),
    note=lambda s: acts.unit_steps.note_stop(s),
    do=lambda s, former, turn: acts.unit_steps.stop(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_stop(s, former, turn),
    touches=lambda s: s.unit,
    lost=shared.loses_nothing,
    command=lambda s: f"systemctl stop {_short(s.unit)}",
    undo_command=lambda _, former: _units_command("start", former, _GOING),
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_stops(s.unit),
    at_boot=True,
    by_sh=by_sh.stop,
)
START = Kind(
    StartUnit,
    "start-unit",
    encode=shared.fields,
    decode=lambda fields: StartUnit(**fields),
    joined=shared.same,
    order=lambda s: (shared.START, _place(s.unit)),
    undo_order=lambda s: (shared.STOP, -_place(s.unit)),
    children=("probe", "words"),
    note=lambda s: acts.unit_steps.note_start(s),
    do=lambda s, former, turn: acts.unit_steps.start(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_start(s, former, turn),
    touches=lambda s: s.unit,
    lost=shared.loses_nothing,
    command=lambda s: f"systemctl start {_short(s.unit)}",
    undo_command=lambda _, former: _units_command("stop", former, _DOWN),
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_starts(s.unit),
    at_boot=True,
    by_sh=by_sh.start,
)
ENABLE = Kind(
    EnableUnit,
    "enable-unit",
    encode=shared.fields,
    decode=lambda fields: EnableUnit(**fields),
    joined=lambda first, second: second if first.unit == second.unit else None,
    order=lambda s: (shared.ENABLE if s.enabled else shared.DISABLE, _place(s.unit)),
    undo_order=lambda s: (shared.ENABLE, _place(s.unit)),
    children=(),
    note=lambda s: acts.unit_steps.note_enablement(s),
    do=lambda s, former, turn: acts.unit_steps.enable(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_enablement(s, former, turn),
    touches=lambda s: s.unit,
    lost=shared.loses_nothing,
    command=lambda s: f"systemctl {'enable' if s.enabled else 'disable'} {_short(s.unit)}",
    undo_command=_links_command,
    disturbs=shared.disturbs_nothing,
    pictured=lambda s, picture: picture.unit_is_enabled(s.unit, s.enabled),
    at_boot=True,
    by_sh=by_sh.links,
)
MASK = Kind(
    MaskUnit,
    "mask-unit",
    encode=shared.fields,
    decode=lambda fields: MaskUnit(**fields),
    joined=lambda first, second: second if first.unit == second.unit else None,
    order=lambda s: (shared.MASK if s.masked else shared.UNMASK, _place(s.unit)),
    undo_order=lambda s: (shared.UNMASK, _place(s.unit)),
    children=(),
    note=lambda s: acts.unit_steps.note_enablement(s),
    do=lambda s, former, turn: acts.unit_steps.mask(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_enablement(s, former, turn),
    touches=lambda s: s.unit,
    lost=shared.loses_nothing,
    command=lambda s: f"systemctl {'mask' if s.masked else 'unmask'} {_short(s.unit)}",
    undo_command=_links_command,
    disturbs=shared.disturbs_nothing,
    pictured=lambda s, picture: picture.unit_is_masked(s.unit, s.masked),
    at_boot=True,
    by_sh=by_sh.links,
)
