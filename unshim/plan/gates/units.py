"""The gate of systemd: what it says of unit files beside what it said of them before."""

from __future__ import annotations

from collections.abc import Iterable

from unshim.model.steps import WriteFile
from unshim.plan.gates.asking import Said, words
from unshim.text.patterns import lazy

_FOLDERS = ("/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/")
_PLACE = lazy(r":\d+(?=:)")
_QUOTED = lazy(r"(?i)\b(ignoring)\b:.*")
"""What systemd quotes of the file, which may be a secret."""


def units_of(writes: Iterable[WriteFile]) -> tuple[str, ...]:
    """The units whose files are written, drop-ins included; a template is none."""
    return tuple(sorted({unit for step in writes if (unit := _unit(step.path))}))


def _unit(path: str) -> str:
    below = next((path.removeprefix(f) for f in _FOLDERS if path.startswith(f)), "")
    name = below.partition("/")[0].removesuffix(".d")
    return name if name.endswith((".service", ".socket")) and "@" not in name else ""


def new_words(before: Said | None, after: Said | None, writes: Iterable[WriteFile]) -> str:
    """The first new complaint that names a file of the plan or its unit; "" for none. Which line it
    is about does not count: those below a change have moved."""
    if before is None or after is None:
        return ""
    old = {_PLACE.sub("", line) for line in before.err.splitlines()}
    paths = [step.path for step in writes]
    names = [*paths, *units_of(writes)] if paths else []
    for line in after.err.splitlines():
        if _PLACE.sub("", line) not in old and any(name in line for name in names):
            return words(_QUOTED.sub(r"\1", line))
    return ""
