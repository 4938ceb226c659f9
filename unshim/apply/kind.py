"""What unshim has to know of a kind of step; its rows stand in rows/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from unshim.apply.turn import Former, Turn
from unshim.model.disturbs import Disturbs

S = TypeVar("S")
Order = tuple[int, int]
"""When a step comes: its phase, and its place in that."""


class Picture(Protocol):
    """What a rehearsal pictures: the effects that steps have on a node."""

    def file_is(self, path: str, data: bytes | None, mode: int) -> None:
        """A file holds `data`, or is gone (None); `mode` is that of a new one."""

    def units_are_reloaded(self) -> None: ...

    def unit_restarts(self, unit: str) -> None: ...

    def unit_stops(self, unit: str) -> None: ...

    def unit_starts(self, unit: str) -> None: ...

    def unit_is_enabled(self, unit: str, enabled: bool) -> None: ...

    def unit_is_masked(self, unit: str, masked: bool) -> None: ...

    def image_is_shared(self, source: str, target: str, name: str, digest: str) -> None: ...

    def image_is_brought(self, target: str, name: str, digest: str) -> None: ...

    def swap_is_off(self, device: str) -> None: ...

    def node_is_drained(self) -> None: ...


def _keeps_nothing(step: object, former: Former, turn: Turn) -> None: ...


def _minutes(step: object) -> float:
    return 240.0


class Kind(Generic[S]):
    """One kind of step.

    `name` stands in journals. `decode` takes what `encode` gave, and raises KeyError, TypeError or
    ValueError for anything else. `joined` is one step that does what both do in turn, None where
    they stay two. `order` is when it is carried out, `undo_order` when it is undone.

    `children` names the programs that a run may start for it (see children.py).
    `note` tells what is before it, as JSON, and refuses a step that may not be carried out; `do`
    carries it out; `undo` brings back what was noted, also after a `do` that was cut off.
    `touches` names what it changes lastingly, "" for nothing: an undo waits for that of a later
    run that touched the same. `lost` says why an undo would take something from
    somebody, "" where it would not. `note`, `do`, `undo` raise Stale, Unsafe, StepFailed, OSError.
    `settle` drops what `do` kept beside for a quick undo, once the run is verified or confirmed; an
    undo after it does without. It may be called again, and raises as `undo` does.

    `at_boot`: its undo needs no daemon, and so may come before they start. `longest` is how many
    seconds it may take at most. `by_sh` is its undo in RESTORE.sh (see restore_sh.py), given its
    number; without one it is left to do by hand there.

    `command` is what a person would type or do, `undo_command` the same of its undo ("" where that
    does nothing), `disturbs` the most that it disturbs, `pictured`
    shows it to a rehearsal.
    """

    def __init__(
        self,
        step: type[S],
        name: str,
        *,
        encode: Callable[[S], dict[str, Any]],
        decode: Callable[[Mapping[str, Any]], S],
        joined: Callable[[S, S], S | None],
        order: Callable[[S], Order],
        undo_order: Callable[[S], Order],
        children: tuple[str, ...],
        note: Callable[[S], Former],
        do: Callable[[S, Former, Turn], None],
        undo: Callable[[S, Former, Turn], None],
        touches: Callable[[S], str],
        lost: Callable[[S, Former], str],
        command: Callable[[S], str],
        undo_command: Callable[[S, Former], str],
        disturbs: Callable[[S], Disturbs],
        pictured: Callable[[S, Picture], None],
        settle: Callable[[S, Former, Turn], None] = _keeps_nothing,
        at_boot: bool = False,
        longest: Callable[[S], float] = _minutes,
        by_sh: Callable[[S, Former, int], list[str]] | None = None,
    ) -> None:
        self.step, self.name = step, name
        self.encode, self.decode, self.joined = encode, decode, joined
        self.order, self.undo_order = order, undo_order
        self.children = children
        self.note, self.do, self.undo, self.settle = note, do, undo, settle
        self.touches, self.lost = touches, lost
        self.command, self.undo_command = command, undo_command
        self.at_boot, self.longest, self.by_sh = at_boot, longest, by_sh or self._by_hand
        self.disturbs, self.pictured = disturbs, pictured

    def _by_hand(self, step: S, former: Former, number: int) -> list[str]:
        from shlex import quote  # a report writes no script

        command = self.undo_command(step, former)
        return [f"hand {quote(command)}"] if command else []


Kinds = Mapping[type, Kind[Any]]
