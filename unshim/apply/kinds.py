"""Kinds of steps, one row each: everything that unshim has to know of a kind stands in its row.

To add one: a noun in model/steps.py, a row in rows/ and its line here, in `_ROWS` and in
`_has_a_row`, and its test. A row that lacks a part is a type error, as is a noun without a row, and
an effect that the rehearsal cannot picture (a method of `Picture`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from unshim.apply.kind import Kind, Kinds
from unshim.apply.rows.cluster import CORDON, DRAIN
from unshim.apply.rows.commands import RUN, WAIT
from unshim.apply.rows.files import WRITE
from unshim.apply.rows.images import IMPORT, SHARE
from unshim.apply.rows.kernel import LOAD, SYSCTL
from unshim.apply.rows.units import ENABLE, MASK, RELOAD, RESTART, START, STOP
from unshim.model.disturbs import Disturbs
from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    ImportImage,
    LoadModule,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    RunCommand,
    SetSysctl,
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WaitFor,
    WriteFile,
)

if TYPE_CHECKING:
    from typing import NoReturn

_ROWS: tuple[Kind[Any], ...] = (
    *(WRITE, RELOAD, RESTART, STOP, START, ENABLE, MASK),
    *(SHARE, IMPORT, LOAD, SYSCTL, RUN, WAIT, CORDON, DRAIN),
)
KINDS: Kinds = {kind.step: kind for kind in _ROWS}


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
            case ImportImage():
                return IMPORT
            case LoadModule():
                return LOAD
            case SetSysctl():
                return SYSCTL
            case RunCommand():
                return RUN
            case WaitFor():
                return WAIT
            case CordonNode():
                return CORDON
            case DrainNode():
                return DRAIN
            case _:
                return _lacks_a_row(step)

    def _lacks_a_row(step: NoReturn) -> NoReturn: ...
