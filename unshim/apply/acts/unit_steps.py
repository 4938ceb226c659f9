"""What each kind of step notes of a unit, does to it, and does to bring it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from unshim.apply.acts import activity, links, units
from unshim.apply.acts.containerd import wait_not_worse
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.steps import (
    EnableUnit,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    StartUnit,
    StopUnit,
)


def note_nothing(_: object) -> Former:
    """For what has no former state."""
    return {}


def reload(_: ReloadSystemd, former: Former, turn: Turn) -> None:
    """Raises: StepFailed. Its undo too: the files are the old ones again by then."""
    units.reload()


def note_restart(step: RestartUnit) -> Former:
    """Raises: StepFailed."""
    return {"active": units.lasting_state(step.unit)}


def restart(step: RestartUnit, former: Former, turn: Turn) -> None:
    """Raises: StepFailed, also where containerd is worse afterwards. A unit that was down, or came
    and went, may do so still: a step takes one cause away, and there may be others."""
    if former.get("active", "active") in ("active", "reloading"):
        with _last_words_of(step.unit, turn):
            units.restart(step.unit)
            _containerd_not_worse(step.unit, turn)
        return
    units.restart_what_was_down(step.unit)
    if units.state(step.unit) == "active":
        _containerd_not_worse(step.unit, turn)


def undo_restart(step: RestartUnit, former: Former, turn: Turn) -> None:
    """Have the unit read its old files, if it ran. Raises: StepFailed."""
    was = former.get("active", "active")
    if turn.booting:
        activity.at_boot({step.unit: was})
        return
    units.restore(step.unit, was)
    if was == "active":
        _containerd_not_worse(step.unit, turn)


def note_stop(step: StopUnit) -> Former:
    """Raises: StepFailed."""
    return {"active": activity.note_for_stop(step.unit)}


def stop(step: StopUnit, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    units.stop(step.unit)
    if units.state(step.unit) not in ("inactive", "failed"):
        raise StepFailed(f"{step.unit} runs again after its stop; what starts it?")


def undo_stop(step: StopUnit, former: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    if turn.booting:
        activity.at_boot(former["active"])
        return
    activity.start_again(former["active"])
    if former["active"].get(step.unit) == "active":
        _containerd_not_worse(step.unit, turn)


def note_start(step: StartUnit) -> Former:
    """Raises: StepFailed."""
    return {"active": activity.note_for_start(step.unit)}


def start(step: StartUnit, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    with _last_words_of(step.unit, turn):
        units.start(step.unit)
        _containerd_not_worse(step.unit, turn)


def undo_start(step: StartUnit, former: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    if turn.booting:
        activity.at_boot(former["active"])
        return
    activity.stop_again(former["active"])


def note_enablement(step: EnableUnit | MaskUnit) -> Former:
    """Raises: StepFailed, OSError."""
    return {"enablement": enablement(step.unit), **links.note(step.unit)}


def enablement(unit: str) -> str:
    """`enabled`, `disabled`, `static`, `indirect`, `masked`, `linked`, `enabled-runtime` …, "" for
    a unit that is not there, as systemd says. Raises: StepFailed."""
    return units.show([unit], ("UnitFileState",))[0].get("UnitFileState", "")


def enable(step: EnableUnit, _: Former, turn: Turn) -> None:
    """Raises: StepFailed, also where systemd finds nothing to enable; OSError."""
    _enable(step)
    links.flush()


def _enable(step: EnableUnit) -> None:
    if step.enabled:
        units.run(["systemctl", "enable", step.unit])
        state = enablement(step.unit)
        if state not in ("enabled", "alias"):
            raise StepFailed(f"{step.unit} cannot be enabled: it is {state or 'not there'}")
        return
    units.run(["systemctl", "disable", step.unit])
    if enablement(step.unit) == "enabled-runtime":
        units.run(["systemctl", "disable", "--runtime", step.unit])
    if enablement(step.unit) in ("enabled", "enabled-runtime"):
        raise StepFailed(f"{step.unit} is still enabled after it was disabled")


def mask(step: MaskUnit, _: Former, turn: Turn) -> None:
    """Raises: StepFailed, also where a file of its name stands in the way; OSError."""
    _mask(step)
    links.flush()


def _mask(step: MaskUnit) -> None:
    if step.masked:
        units.run(["systemctl", "mask", step.unit])
        if enablement(step.unit) != "masked":
            raise StepFailed(f"{step.unit} is not masked after it was masked")
        return
    units.run(["systemctl", "unmask", step.unit])
    if enablement(step.unit) == "masked-runtime":
        units.run(["systemctl", "unmask", "--runtime", step.unit])
    if enablement(step.unit) in ("masked", "masked-runtime"):
        raise StepFailed(f"{step.unit} is still masked after it was unmasked")


def undo_enablement(step: EnableUnit | MaskUnit, former: Former, turn: Turn) -> None:
    """The very links again, and systemd's own word for them. Raises: StepFailed, OSError."""
    links.put_back(former)
    units.reload()
    now = enablement(step.unit)
    if now != former["enablement"]:
        raise StepFailed(f"{step.unit} was {former['enablement']}, and is {now} now")


def _containerd_not_worse(unit: str, turn: Turn) -> None:
    if "containerd" in unit:
        wait_not_worse(turn)


@contextmanager
def _last_words_of(unit: str, turn: Turn) -> Iterator[None]:
    """Where a unit does not come up, say with what words its daemon ended: once it has its old
    files again its words are others. Raises: StepFailed."""
    try:
        yield
    except StepFailed as failed:
        words = ""
        with suppress(StepFailed, KeyError):
            words = units.run([*turn.commands["words"], unit], timeout=20).strip()
        raise StepFailed(f"{failed}; its last words: {words}" if words else str(failed)) from None
