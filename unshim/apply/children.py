"""The programs that a worker may start. Their names stand in the rows of kinds, what they are here:
nothing that a file says is ever a program, only an argument that was looked at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Plan = Mapping[str, Any]
Arguments = Callable[[Plan, Path], tuple[str, ...] | None]


def _socket(plan: Plan, _: Path) -> tuple[str, ...] | None:
    """containerd's socket, None where none is known."""
    socket = plan.get("socket")
    return (socket,) if isinstance(socket, str) and is_socket(socket) else None


def is_socket(path: str) -> bool:
    """Whether this can be the path of a unix socket: absolute, and no longer than the kernel takes.
    Source: unix(7)."""
    return path.startswith("/") and path.isprintable() and len(path.encode()) < 108


_TABLE: Mapping[str, tuple[str, Arguments]] = {
    "probe": ("unshim.plan.probe", _socket),
    "images": ("unshim.rpc.share", lambda *_: ()),
    "gates": ("unshim.plan.gates", lambda _, folder: (str(folder),)),
    "words": ("unshim.plan.last_words", lambda *_: ()),
    "look": ("unshim.plan.seen_again", lambda _, folder: (str(folder),)),
}
NAMES = frozenset(_TABLE)


def commands(plan: Plan, folder: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """The command line of each of these children, by its name; none for one that this plan tells no
    arguments for. Raises: KeyError for a name that is none."""
    python = [sys.executable, "-I", "-m"]
    found = {}
    for name in names:
        module, arguments = _TABLE[name]
        told = arguments(plan, folder)
        if told is not None:
            found[name] = [*python, module, *told]
    return found
