"""Whether units run: noted with those that start and stop along with them, and brought back."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.apply.acts import units

_STOPPED_ALONG = ("RequiredBy", "BoundBy", "ConsistsOf")
_STARTED_ALONG = ("Requires", "Requisite", "BindsTo")
_GOING = ("active", "reloading")
_LEFT = ("disabled", "masked", "masked-runtime")
"""Enablement of a unit that no boot starts by itself."""


def note_for_stop(unit: str) -> dict[str, str]:
    """The lasting state of a unit and of every unit that a stop of it stops too.
    Raises: StepFailed."""
    states: dict[str, str] = {}
    waiting = [unit]
    while waiting:
        answers = units.show(waiting, ("Id", *units.RUN_KEYS, *_STOPPED_ALONG))
        states.update(zip(waiting, map(units.lasting, answers), strict=True))
        along = [name for s in answers for key in _STOPPED_ALONG for name in s.get(key, "").split()]
        waiting = [name for name in dict.fromkeys(along) if name not in states]
    return states


def note_for_start(unit: str) -> dict[str, str]:
    """The lasting state of a unit and of those that it requires. Raises: StepFailed."""
    (own,) = units.show([unit], (*units.RUN_KEYS, *_STARTED_ALONG))
    along = [name for key in _STARTED_ALONG for name in own.get(key, "").split()]
    names = [name for name in dict.fromkeys(along) if name != unit]
    states = dict(zip(names, map(units.lasting, units.show(names, units.RUN_KEYS)), strict=True))
    return {unit: units.lasting(own), **states}


def start_again(states: Mapping[str, str]) -> None:
    """Start what ran and does not run now. What runs already is left alone: nothing is restarted.
    Raises: StepFailed."""
    for unit, was in states.items():
        now = units.state(unit)
        if was == now or now in _GOING:
            continue
        if was in _GOING:
            units.start(unit)
        elif was == "activating":
            units.start_without_waiting(unit)


def stop_again(states: Mapping[str, str]) -> None:
    """Stop what runs now and did not run. Raises: StepFailed."""
    for unit, was in states.items():
        if was in ("inactive", "failed") and units.state(unit) not in ("inactive", "failed"):
            units.stop(unit)


def at_boot(states: Mapping[str, str]) -> None:
    """Have units of this boot run as they ran, without waiting: what was in its queue was found by
    links that are the old ones again since. Raises: StepFailed."""
    for unit, was in states.items():
        if was in (*_GOING, "activating"):
            units.start_without_waiting(unit)
        elif units.show([unit], ("UnitFileState",))[0].get("UnitFileState") in _LEFT:
            units.run(["systemctl", "stop", "--no-block", unit])
