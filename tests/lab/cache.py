"""The lab's cache: things that are built once, kept, and shared by parallel test runs."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class LabError(Exception):
    """The lab could not do what was asked; the text says what was tried and what came back."""


class Unavailable(LabError):
    """The mirror does not have what was asked for: a reason to skip, not a defect."""


def cache_dir() -> Path:
    """The cache folder: UNSHIM_LAB_CACHE, else ~/.cache/unshim-lab."""
    named = os.environ.get("UNSHIM_LAB_CACHE")
    path = Path(named) if named else Path.home() / ".cache" / "unshim-lab"
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def digest(*parts: object) -> str:
    """A short name for a recipe: changes when any part of it changes."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:10]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock of that name; other processes and other workers wait."""
    folder = cache_dir() / "locks"
    folder.mkdir(exist_ok=True)
    with open(folder / name.replace("/", "_"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build_once(name: str, build: Callable[[Path], None]) -> Path:
    """The finished folder of that name in the cache; `build` fills it when it is not there yet.

    It is built under another name and renamed at the end, so a folder that exists is complete.
    """
    target = cache_dir() / name
    if target.exists():
        return target
    with locked(name):
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        for stale in target.parent.glob(f".{target.name}.part"):
            remove_tree(stale)
        part = target.parent / f".{target.name}.part"
        part.mkdir()
        build(part)
        part.rename(target)
    return target


def mounts_below(path: Path) -> list[Path]:
    """Mount points at or below a path, deepest first, as this process sees them."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines():
        raw = line.split(" ")[4].encode(errors="surrogateescape")
        point = Path(os.fsdecode(raw.decode("unicode_escape").encode("latin-1")))
        if point == path or path in point.parents:
            found.append(point)
    return list(reversed(found))


def unmount_below(path: Path) -> None:
    """Unmount everything at or below a path; what is still busy goes when its last user does."""
    for point in mounts_below(path):
        if subprocess.run(["umount", str(point)], capture_output=True).returncode:
            subprocess.run(["umount", "--lazy", str(point)], capture_output=True)


def remove_tree(path: Path) -> None:
    """Remove a folder, but never anything that is mounted inside it."""
    if not path.is_dir():
        return
    unmount_below(path)
    if left := mounts_below(path):
        raise LabError(f"still mounted, not removing {path}: {left}")
    shutil.rmtree(path)


def call(
    argv: list[str],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    timeout: float = 600,
) -> str:
    """Run a command of the lab's own; its output, or LabError with the end of what it said.

    `env` is added to the process's own environment. Seconds.
    """
    done = subprocess.run(
        argv,
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = done.stdout[-3000:]
        raise LabError(f"{' '.join(argv[:8])} … ended with {done.returncode}:\n{said}")
    return done.stdout
