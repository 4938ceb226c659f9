"""What a daemon's next start will do otherwise than the one that runs: staged changes."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.facts.systemd.service import Service
from unshim.host.host import Host
from unshim.model.machine import Flag, Process, StagedChange, Unit
from unshim.model.values import FileText, Missing, Why, present
from unshim.text.escape import visible

# A process's start is known to the second, and the kernel's idea of when it booted is cut off to
# one: a file's time tells nothing within these seconds before and after.
_BEFORE, _AFTER = 1.0, 2.0
_DELETED = " (deleted)"


def newer(mtime: float, process: Process) -> bool | None:
    """Whether something changed after the process started; None where that cannot be told."""
    if mtime > process.started + _AFTER:
        return True
    return False if mtime < process.started - _BEFORE else None


def staged(
    host: Host,
    process: Process | None | Missing,
    files: Sequence[tuple[str, FileText]] = (),
    configured: tuple[Flag, ...] | Missing = (),
    running: tuple[Flag, ...] | Missing = (),
) -> tuple[StagedChange, ...] | Missing:
    """Files, binary and flags that changed after the process started.

    `files` are those it was started with, each with a word for what it is. A file that changed
    within seconds of the start is not named: whether it was read cannot be told.
    """
    if isinstance(process, Missing):
        return process
    if process is None:
        return Missing("it does not run", Why.NOT_RUNNING)
    changes = [
        StagedChange(what, visible(file.path), file.mtime, process.started)
        for what, file in files
        if newer(file.mtime, process)
    ]
    changes += binary(host, process)
    if not isinstance(configured, Missing) and not isinstance(running, Missing):
        changes += _flags(process, configured, running)
    return tuple(changes)


def of_service(
    host: Host,
    unit: Unit | None | Missing,
    process: Process | None | Missing,
    started: Service,
    config: Sequence[FileText],
    running: tuple[Flag, ...] | Missing,
) -> tuple[StagedChange, ...] | Missing:
    """What changed since a unit's daemon started: unit, environment, configuration, program and
    flags."""
    known = present(unit)
    files = [("unit file", file) for file in (known.files if known else ())]
    files += [("environment file", file) for file in started.env_files]
    files += [("configuration", file) for file in config]
    return staged(host, process, files, started.flags, running)


def folder(host: Host, what: str, path: str, process: Process) -> tuple[StagedChange, ...]:
    """A folder in which names came or went after the process started."""
    entry = host.stat(path)
    if entry is None or isinstance(entry, Missing) or not newer(entry.mtime, process):
        return ()
    return (StagedChange(what, visible(path), entry.mtime, process.started),)


def binary(host: Host, process: Process) -> tuple[StagedChange, ...]:
    """Whether the program was replaced. The kernel marks it: a running program cannot be written
    to, only taken away. A package's own times say nothing, they are those of its making."""
    real = host.resolve(f"/proc/{process.pid}/exe")
    if isinstance(real, str) and not real.endswith(_DELETED):
        return ()
    entry = host.stat(process.exe) if process.exe else None
    mtime = None if entry is None or isinstance(entry, Missing) else entry.mtime
    if isinstance(real, str) or (mtime is not None and newer(mtime, process)):
        return (StagedChange("binary", process.exe, mtime, process.started),)
    return ()


def _flags(
    process: Process, configured: tuple[Flag, ...], running: tuple[Flag, ...]
) -> list[StagedChange]:
    """Flags on one side only, counted as often as they stand there; else whether their order
    differs, as the last one wins."""
    left = [(flag.name, flag.value) for flag in running]
    changes = []
    for flag in configured:
        if (flag.name, flag.value) in left:
            left.remove((flag.name, flag.value))
        else:
            changes.append(
                StagedChange(
                    _flag_text(flag.name, flag.value), flag.source.where, None, process.started
                )
            )
    where = f"process {process.name}"
    changes += [
        StagedChange(f"without {_flag_text(*gone)}", where, None, process.started) for gone in left
    ]
    if not changes and [flag[:2] for flag in configured] != [flag[:2] for flag in running]:
        place = configured[-1].source.where
        changes.append(StagedChange("order of the flags", place, None, process.started))
    return changes


def _flag_text(name: str, value: str | None) -> str:
    return f"--{name}" if value is None else f"--{name}={value}"
