"""--assume: releases of programs, for a plain tree whose files do not tell them."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.cli.exits import UsageError
from unshim.model.values import Version


def assumed(items: Sequence[str]) -> dict[str, Version]:
    """The releases by program, of `kubelet=1.24.17` and its like.

    Raises:
        UsageError: an item names no program that is judged, or no release, or speaks twice.
    """
    releases: dict[str, Version] = {}
    for item in items:
        name, _, text = item.partition("=")
        release = _release(text)
        if name not in _names():
            raise UsageError(f"--assume knows no program {name!r}{_hint(name)}")
        if release is None:
            raise UsageError(f"--assume {item} names no release; say {name}=1.24.17, for example")
        if releases.setdefault(name, release) != release:
            raise UsageError(f"--assume says {name}={releases[name]} and {name}={release}")
    return releases


def _names() -> tuple[str, ...]:
    from unshim.facts.versions import PROGRAMS

    return tuple(program.name for program in PROGRAMS)


def _release(text: str) -> Version | None:
    numbers = text.removeprefix("v").split(".")
    if len(numbers) != 3 or not all(n.isascii() and n.isdigit() and len(n) < 7 for n in numbers):
        return None
    return Version(*map(int, numbers))


def _hint(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, _names(), n=1)
    return f"; did you mean {near[0]}?" if near else f": it takes {', '.join(_names())}"
