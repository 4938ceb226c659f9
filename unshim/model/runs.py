"""A run on a machine, and what a person says of it."""

from __future__ import annotations

from unshim.model.disturbs import Disturbs
from unshim.model.nouns import NamedTuple


class Run(NamedTuple):
    """One entry of the journal. `began` is seconds since the epoch; `state` in its words."""

    id: str
    began: float
    who: str
    fixes: tuple[str, ...]
    files: tuple[str, ...]
    state: str
    disturbs: Disturbs


class Choice(NamedTuple):
    """What a person says of an undo. Of files that somebody changed since: those to `keep` are left
    as they are, and those to `force` are put back all the same. With `only`, nothing else that
    lasts is undone, and the run stands as before."""

    keep: tuple[str, ...] = ()
    force: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def concerns(self, what: str) -> bool:
        """Whether a step that touches this lastingly ("" for nothing) is undone."""
        return not what or not self.only or what in self.only


NO_CHOICE = Choice()
