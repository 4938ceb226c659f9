"""The commands that a plan may have run: a closed list, each with what its arguments must be, what
it leaves, and what brings back what was before. Nothing that a plan says is an argv or reaches a
shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from unshim.apply.acts import units
from unshim.apply.acts.units import run
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.nouns import NamedTuple
from unshim.model.steps import RunCommand

SWAPS = Path("/proc/swaps")

_PACKAGE = r"[a-z0-9][a-z0-9+.-]+"
_UNIT = r"[A-Za-z0-9][A-Za-z0-9:_.@-]*\.[a-z]+"
_DEVICE = r"(/[A-Za-z0-9_.-]*[A-Za-z0-9_-])+"


class Command(NamedTuple):
    """One of the list: `argv` goes before the arguments, each of which must wholly be as `takes`
    says. `state` is asked of the arguments, before and after: where it is `wanted` already nothing
    is run ("" for a command that is run anyway). `back` is the whole command that brings back what
    was, () where nothing has to be. Either may take so many `seconds`."""

    argv: tuple[str, ...]
    takes: tuple[str, ...]
    state: Callable[[tuple[str, ...]], str]
    wanted: str
    back: Callable[[tuple[str, ...], str], tuple[str, ...]]
    seconds: float = 120.0


def _held(arguments: tuple[str, ...]) -> str:
    return "held" if arguments[0] in run(["apt-mark", "showhold"], 30).split() else "free"


def _swapping(arguments: tuple[str, ...]) -> str:
    """`off`, or `on` with the priority."""
    lines = (line.split() for line in SWAPS.read_text().splitlines()[1:])
    return next((f"on {fields[4]}" for fields in lines if fields[0] == arguments[0]), "off")


def _swap_on(arguments: tuple[str, ...], was: str) -> tuple[str, ...]:
    """The kernel gives priorities below zero itself."""
    priority = was.removeprefix("on ")
    given = () if priority.startswith("-") else ("-p", priority)
    return ("swapon", *given, *arguments)


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "hold-package": Command(
            argv=("apt-mark", "hold"),
            takes=(_PACKAGE,),
            state=_held,
            wanted="held",
            back=lambda arguments, _: ("apt-mark", "unhold", *arguments),
        ),
        "unhold-package": Command(
            argv=("apt-mark", "unhold"),
            takes=(_PACKAGE,),
            state=_held,
            wanted="free",
            back=lambda arguments, _: ("apt-mark", "hold", *arguments),
        ),
        "swap-off": Command(
            argv=("swapoff",),
            takes=(_DEVICE,),
            state=_swapping,
            wanted="off",
            back=_swap_on,
            seconds=1800.0,  # what was swapped out has to be read again
        ),
        "forget-failures": Command(
            argv=("systemctl", "reset-failed"),
            takes=(_UNIT,),
            state=lambda arguments: units.state(arguments[0]),
            wanted="",
            back=lambda *_: (),
        ),
    }
)


def is_listed(name: str, arguments: tuple[str, ...]) -> bool:
    """Whether the list has this command, and it takes these arguments."""
    command = COMMANDS.get(name)
    if command is None or len(command.takes) != len(arguments):
        return False
    pairs = zip(command.takes, arguments, strict=True)
    return all(re.fullmatch(pattern, argument) for pattern, argument in pairs)


def argv_of(step: RunCommand) -> tuple[str, ...]:
    """What is run."""
    return (*COMMANDS[step.name].argv, *step.arguments)


def back_of(step: RunCommand, former: Former) -> tuple[str, ...]:
    """What brings back what was noted, () where nothing has to be."""
    command, was = COMMANDS[step.name], str(former.get("state", ""))
    return () if was in ("", command.wanted) else command.back(step.arguments, was)


def note(step: RunCommand) -> Former:
    """Raises: StepFailed, OSError."""
    return {"state": COMMANDS[step.name].state(step.arguments)}


def carry_out(step: RunCommand, _: Former, turn: Turn) -> None:
    """Raises: StepFailed, also where it did not do what it is for; OSError."""
    command = COMMANDS[step.name]
    if not command.wanted or command.state(step.arguments) != command.wanted:
        run(argv_of(step), command.seconds)
    now = command.state(step.arguments)
    if command.wanted and now != command.wanted:
        raise StepFailed(f"{' '.join(argv_of(step))} left it {now}, not {command.wanted}")


def bring_back(step: RunCommand, former: Former, turn: Turn) -> None:
    """Raises: StepFailed, also where it is not as it was; OSError."""
    back, was = back_of(step, former), former["state"]
    command = COMMANDS[step.name]
    if not back or command.state(step.arguments) != command.wanted:
        return  # nobody has to, the step did not come to it, or somebody did already
    run(back, command.seconds)
    now = command.state(step.arguments)
    if now == command.wanted:
        raise StepFailed(f"{' '.join(back)} left it {now}; it was {was}")
