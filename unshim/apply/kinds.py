"""Kinds of steps, one row each: everything that unshim has to know of a kind stands in its row.

To add one: a noun in model/steps.py, a row here with its line in `_has_a_row`, and its test. A row
that lacks a part is a type error, as is a noun without a row, and an effect that the rehearsal
cannot picture (a method of `Picture`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from unshim.apply import acts
from unshim.apply.kind import Kind, Kinds, S
from unshim.apply.turn import Former
from unshim.model.plan import Disturbs
from unshim.model.steps import (
    EnableUnit,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WriteFile,
)

if TYPE_CHECKING:
    from typing import NoReturn

_STOP, _DISABLE, _MASK, _WRITE, _RELOAD, _UNMASK, _ENABLE, _SHARE, _START = range(9)
"""Phases. What stops goes first, then files, then what must read them; undone the other way."""
_GOING, _DOWN = ("active", "reloading", "activating"), ("inactive", "failed")
_UNITS = ("containerd.service", "docker.service", "kubelet.service")
_DISTURBS = dict(zip(_UNITS, (Disturbs.CONTAINERD, Disturbs.DOCKER, Disturbs.KUBELET), strict=True))


def _place(unit: str) -> int:
    """Units in the order that they start in."""
    return _UNITS.index(unit) if unit in _UNITS else len(_UNITS)


def _disturbs(step: RestartUnit | StopUnit | StartUnit) -> Disturbs:
    return _DISTURBS.get(step.unit, Disturbs.NOTHING)


def _disturbs_nothing(_: object) -> Disturbs:
    return Disturbs.NOTHING


def _short(unit: str) -> str:
    return unit.removesuffix(".service")


def _fields(step: Any) -> dict[str, Any]:
    return dict(step._asdict())


def _same(first: S, second: S) -> S | None:
    """For a step that has no more effect the second time."""
    return first if first == second else None


def _loses_nothing(_: object, half: bool) -> str:
    return ""


def _b64(data: bytes | None) -> str | None:
    import base64  # dear, and a report saves no step

    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    import base64

    return None if text is None else base64.b64decode(text, validate=True)


def _joined_writes(first: WriteFile, second: WriteFile) -> WriteFile | None:
    if first.path != second.path:
        return None
    return WriteFile(first.path, first.before, second.after, first.mode)


def _write_command(step: WriteFile) -> str:
    verb = "create" if step.before is None else "remove" if step.after is None else "write"
    return f"{verb} {step.path}"


def _put_back_command(step: WriteFile, former: Former) -> str:
    if former.get("existed"):
        return f"put back {step.path}"
    return f"remove {step.path}   (it did not exist before)"


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


def _share_command(step: ShareImage) -> str:
    return (
        f"ctr -n {step.source} images export - {step.name} | ctr -n {step.target} images import -"
        "   (shared, not copied)"
    )


def _decode_share(fields: Mapping[str, Any]) -> ShareImage:
    return ShareImage(**{**fields, "blobs": tuple(fields["blobs"])})


def _decode_write(fields: Mapping[str, Any]) -> WriteFile:
    before, after = _bytes(fields["before"]), _bytes(fields["after"])
    return WriteFile(**{**fields, "before": before, "after": after})


WRITE = Kind(
    WriteFile,
    "write-file",
    encode=lambda s: {**_fields(s), "before": _b64(s.before), "after": _b64(s.after)},
    decode=_decode_write,
    joined=_joined_writes,
    order=lambda _: (_WRITE, 0),
    undo_order=lambda _: (_WRITE, 0),
    children=(),
    note=lambda s: acts.writes.note(s),
    do=lambda s, former, turn: acts.writes.write(s, former, turn),
    undo=lambda s, former, turn: acts.writes.put_back(s, former, turn),
    touches=lambda s: s.path,
    lost=lambda s, half: acts.writes.lost(s, half),
    command=_write_command,
    undo_command=_put_back_command,
    disturbs=_disturbs_nothing,
    pictured=lambda s, picture: picture.file_is(s.path, s.after, s.mode),
)
RELOAD = Kind(
    ReloadSystemd,
    "reload-systemd",
    encode=_fields,
    decode=lambda fields: ReloadSystemd(**fields),
    joined=_same,
    order=lambda _: (_RELOAD, 0),
    undo_order=lambda _: (_RELOAD, 0),
    children=(),
    note=lambda s: acts.unit_steps.note_nothing(s),
    do=lambda s, former, turn: acts.unit_steps.reload(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.reload(s, former, turn),
    touches=lambda _: "",
    lost=_loses_nothing,
    command=lambda _: "systemctl daemon-reload",
    undo_command=lambda *_: "systemctl daemon-reload",
    disturbs=_disturbs_nothing,
    pictured=lambda _, picture: picture.units_are_reloaded(),
)
RESTART = Kind(
    RestartUnit,
    "restart-unit",
    encode=_fields,
    decode=lambda fields: RestartUnit(**fields),
    joined=_same,
    order=lambda s: (_START, _place(s.unit)),
    undo_order=lambda s: (_START, _place(s.unit)),
    children=("probe",),
    note=lambda s: acts.unit_steps.note_restart(s),
    do=lambda s, former, turn: acts.unit_steps.restart(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_restart(s, former, turn),
    touches=lambda _: "",
    lost=_loses_nothing,
    command=lambda s: f"systemctl restart {_short(s.unit)}",
    undo_command=_undo_restart_command,
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_restarts(s.unit),
)
STOP = Kind(
    StopUnit,
    "stop-unit",
    encode=_fields,
    decode=lambda fields: StopUnit(**fields),
    joined=_same,
    order=lambda s: (_STOP, -_place(s.unit)),
    undo_order=lambda s: (_START, _place(s.unit)),
    children=("probe",),
    note=lambda s: acts.unit_steps.note_stop(s),
    do=lambda s, former, turn: acts.unit_steps.stop(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_stop(s, former, turn),
    touches=lambda s: s.unit,
    lost=_loses_nothing,
    command=lambda s: f"systemctl stop {_short(s.unit)}",
    undo_command=lambda _, former: _units_command("start", former, _GOING),
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_stops(s.unit),
)
START = Kind(
    StartUnit,
    "start-unit",
    encode=_fields,
    decode=lambda fields: StartUnit(**fields),
    joined=_same,
    order=lambda s: (_START, _place(s.unit)),
    undo_order=lambda s: (_STOP, -_place(s.unit)),
    children=("probe",),
    note=lambda s: acts.unit_steps.note_start(s),
    do=lambda s, former, turn: acts.unit_steps.start(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_start(s, former, turn),
    touches=lambda s: s.unit,
    lost=_loses_nothing,
    command=lambda s: f"systemctl start {_short(s.unit)}",
    undo_command=lambda _, former: _units_command("stop", former, _DOWN),
    disturbs=_disturbs,
    pictured=lambda s, picture: picture.unit_starts(s.unit),
)
ENABLE = Kind(
    EnableUnit,
    "enable-unit",
    encode=_fields,
    decode=lambda fields: EnableUnit(**fields),
    joined=lambda first, second: second if first.unit == second.unit else None,
    order=lambda s: (_ENABLE if s.enabled else _DISABLE, _place(s.unit)),
    undo_order=lambda s: (_ENABLE, _place(s.unit)),
    children=(),
    note=lambda s: acts.unit_steps.note_enablement(s),
    do=lambda s, former, turn: acts.unit_steps.enable(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_enablement(s, former, turn),
    touches=lambda s: s.unit,
    lost=_loses_nothing,
    command=lambda s: f"systemctl {'enable' if s.enabled else 'disable'} {_short(s.unit)}",
    undo_command=_links_command,
    disturbs=_disturbs_nothing,
    pictured=lambda s, picture: picture.unit_is_enabled(s.unit, s.enabled),
)
MASK = Kind(
    MaskUnit,
    "mask-unit",
    encode=_fields,
    decode=lambda fields: MaskUnit(**fields),
    joined=lambda first, second: second if first.unit == second.unit else None,
    order=lambda s: (_MASK if s.masked else _UNMASK, _place(s.unit)),
    undo_order=lambda s: (_UNMASK, _place(s.unit)),
    children=(),
    note=lambda s: acts.unit_steps.note_enablement(s),
    do=lambda s, former, turn: acts.unit_steps.mask(s, former, turn),
    undo=lambda s, former, turn: acts.unit_steps.undo_enablement(s, former, turn),
    touches=lambda s: s.unit,
    lost=_loses_nothing,
    command=lambda s: f"systemctl {'mask' if s.masked else 'unmask'} {_short(s.unit)}",
    undo_command=_links_command,
    disturbs=_disturbs_nothing,
    pictured=lambda s, picture: picture.unit_is_masked(s.unit, s.masked),
)
SHARE = Kind(
    ShareImage,
    "share-image",
    encode=lambda s: {**_fields(s), "blobs": list(s.blobs)},
    decode=_decode_share,
    joined=_same,
    order=lambda _: (_SHARE, 0),
    undo_order=lambda _: (_SHARE, 0),
    children=("images",),
    note=lambda s: acts.unit_steps.note_nothing(s),
    do=lambda s, former, turn: acts.images.share(s, former, turn),
    undo=lambda s, former, turn: acts.images.unshare(s, former, turn),
    touches=lambda s: s.name,
    lost=_loses_nothing,
    command=_share_command,
    undo_command=lambda s, _: f"ctr -n {s.target} images rm {s.name}",
    disturbs=_disturbs_nothing,
    pictured=lambda s, picture: picture.image_is_shared(s.source, s.target, s.name, s.digest),
)
KINDS: Kinds = {
    kind.step: kind for kind in (WRITE, RELOAD, RESTART, STOP, START, ENABLE, MASK, SHARE)
}


def kind_of(step: Step, kinds: Kinds = KINDS) -> Kind[Any]:
    """The row of a step."""
    return kinds[type(step)]


def command_of(step: Step) -> str:
    """A step as the command a person would give; `write PATH` for a file."""
    return kind_of(step).command(step)


def commands_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The commands of all steps but the files, which show as diffs."""
    return tuple(command_of(step) for step in steps if not isinstance(step, WriteFile))


def disturbs_of(steps: Iterable[Step]) -> Disturbs:
    """The most that any of these steps disturbs."""
    each = (kind_of(step).disturbs(step) for step in steps)
    return max(each, key=lambda d: d.rank, default=Disturbs.NOTHING)


if TYPE_CHECKING:

    def _has_a_row(step: Step) -> Kind[Any]:
        match step:
            case WriteFile():
                return WRITE
            case ReloadSystemd():
                return RELOAD
            case RestartUnit():
                return RESTART
            case StopUnit():
                return STOP
            case StartUnit():
                return START
            case EnableUnit():
                return ENABLE
            case MaskUnit():
                return MASK
            case ShareImage():
                return SHARE
            case _:
                return _lacks_a_row(step)

    def _lacks_a_row(step: NoReturn) -> NoReturn: ...
