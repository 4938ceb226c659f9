"""Commands of a closed list, and waits for conditions of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unshim.apply import acts, by_sh
from unshim.apply.kind import Kind, Order, Picture
from unshim.apply.rows import shared
from unshim.apply.turn import Former
from unshim.model.steps import RunCommand, WaitFor


def _decode_command(fields: Mapping[str, Any]) -> RunCommand:
    step = RunCommand(**{**fields, "arguments": tuple(fields["arguments"])})
    return shared.right(step, acts.commands.is_listed(step.name, step.arguments))


def _decode_wait(fields: Mapping[str, Any]) -> WaitFor:
    step = WaitFor(**fields)
    return shared.right(step, acts.waits.is_listed(step))


def _typed(words: tuple[str, ...]) -> str:
    return " ".join(shared.quoted(word) for word in words)


def _back_command(step: RunCommand, former: Former) -> str:
    return _typed(acts.commands.back_of(step, former))


def _wait_order(step: WaitFor) -> Order:
    return (shared.STOPPED if acts.waits.ends(step) else shared.STARTED, 0)


def _wait_command(step: WaitFor) -> str:
    return f"wait until {acts.waits.words_of(step)}   (at most {step.seconds} s)"


def _picture_command(step: RunCommand, picture: Picture) -> None:
    """Of the others no fact of a node tells."""
    if step.name == "swap-off":
        picture.swap_is_off(step.arguments[0])


def _shows_nothing(step: WaitFor, picture: Picture) -> None:
    """A wait changes nothing."""


RUN = Kind(
    RunCommand,
    "run-command",
    encode=lambda s: {"name": s.name, "arguments": list(s.arguments)},
    decode=_decode_command,
    joined=shared.same,
    order=lambda _: (shared.RUN, 0),
    undo_order=lambda _: (shared.RUN, 0),
    children=(),
    note=lambda s: acts.commands.note(s),
    do=lambda s, former, turn: acts.commands.carry_out(s, former, turn),
    undo=lambda s, former, turn: acts.commands.bring_back(s, former, turn),
    touches=lambda s: " ".join(s.arguments),
    lost=shared.loses_nothing,
    command=lambda s: _typed(acts.commands.argv_of(s)),
    undo_command=_back_command,
    disturbs=shared.disturbs_nothing,
    pictured=_picture_command,
    by_sh=by_sh.command,
    longest=lambda s: acts.commands.COMMANDS[s.name].seconds,
)
WAIT = Kind(
    WaitFor,
    "wait-for",
    encode=shared.fields,
    decode=_decode_wait,
    joined=shared.same,
    order=_wait_order,
    undo_order=_wait_order,
    children=(),
    note=lambda s: acts.waits.note(s),
    do=lambda s, former, turn: acts.waits.wait(s, former, turn),
    undo=lambda s, former, turn: acts.waits.undo(s, former, turn),
    touches=lambda _: "",
    lost=shared.loses_nothing,
    command=_wait_command,
    undo_command=lambda *_: "",
    disturbs=shared.disturbs_nothing,
    pictured=_shows_nothing,
    at_boot=True,
    longest=lambda s: float(s.seconds),
)
