"""A step's turn in a run: what it needs beside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unshim.model.nouns import NamedTuple

Former = Mapping[str, Any]
"""What was before a step, as JSON; each kind of step has keys of its own."""

Probe = Mapping[str, Any]
"""How containerd is: `plugins` that loaded, `tasks` as [namespace, id, pid], and whether `cri`
answers."""


class Turn(NamedTuple):
    """One step's turn. `tag` names its temporary files, `commands` holds the children that the run
    may start, by name, and `probe` how containerd must be afterwards (None: not known). A step that
    is `forced` is undone although somebody changed since what it touched: a person said so. While
    the machine is `booting`, an undo waits for no unit: they are about to start."""

    tag: str
    commands: Mapping[str, Sequence[str]]
    probe: Probe | None = None
    forced: bool = False
    booting: bool = False
