"""What a daemon's unit gives it: program, flags and environment files; and which process it is."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from unshim.facts.systemd import command_line, environment, flags
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.host import Host, Stat
from unshim.model.machine import Flag, Process, Program, Unit
from unshim.model.nouns import NamedTuple
from unshim.model.search_path import SYSTEM_FOLDERS
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Why, present
from unshim.text.escape import visible

_NO_SHORT: Mapping[str, str] = {}


class Service(NamedTuple):
    """`program` is ExecStart's, "" where there is none; `directory` the one relative paths start
    from. `variables` are the names of the environment it is given. `starts` is the first word of
    ExecStart, whatever program that is."""

    program: str
    flags: tuple[Flag, ...] | Missing
    env_files: tuple[FileText, ...]
    variables: frozenset[str] = frozenset()
    starts: Setting[str] | None | Missing = None


def read(
    host: Host,
    unit: Unit | None | Missing,
    process: Process | None | Missing,
    names: Collection[str],
    bare: Collection[str],
    short: Mapping[str, str] = _NO_SHORT,
) -> Service:
    """The flags of the next start: the unit's, or the process's own where no unit gives them.

    `names` are those the program may have; a unit that starts another program, such as a shell
    script, hides its flags.
    """
    if isinstance(unit, Missing):
        return Service("", unit, (), starts=unit)
    if unit is None:
        return Service("", _of_process(process, bare, short), ())
    unit_environment = environment.read(host, unit.files, unit.name)
    names_set = frozenset(unit_environment.variables)
    words = command_line.expand(unit.files, unit_environment, Specifiers(host, unit.name))
    if isinstance(words, Missing):
        return Service("", words, unit_environment.files, names_set, words)
    if not words:
        return Service("", _of_process(process, bare, short), unit_environment.files, names_set)
    program = words[0].text
    starts = Setting(program, Source(Origin.UNIT, visible(words[0].path), words[0].line))
    start = _arguments(program, words[1].text if len(words) > 1 else "", names)
    if start is None:
        wrapped = _of_process(process, bare, short)
        if not wrapped:
            wrapped = Missing(f"{visible(program)} in {unit.name} hides the flags it starts with")
        return Service("", wrapped, unit_environment.files, names_set, starts)
    if unit_environment.unread is not None:
        unread = unit_environment.unread
        return Service(program, unread, unit_environment.files, names_set, starts)
    start_flags = flags.of_words(words[start:], bare, short)
    return Service(program, start_flags, unit_environment.files, names_set, starts)


def _arguments(program: str, first: str, names: Collection[str]) -> int | None:
    """Where the flags begin: `kubelet …`, `hyperkube kubelet …`; None for another program."""
    name = os.path.basename(program)
    if name in names:
        return 1
    return 2 if name == "hyperkube" and first in names else None


def _of_process(
    process: Process | None | Missing, bare: Collection[str], short: Mapping[str, str]
) -> tuple[Flag, ...] | Missing:
    if isinstance(process, Missing) and process.why is not Why.AT_REST:
        return process
    if process is None or isinstance(process, Missing):
        return Missing("neither a unit nor a process gives its flags", Why.NOT_PRESENT)
    return flags.of_process(process, bare, skipped(process), short)


def program(host: Host, started: Service) -> Program | None | Missing:
    """What the unit starts, and whether it is there."""
    starts = started.starts
    if starts is None or isinstance(starts, Missing):
        return starts
    return Program(visible(starts.value), starts.source, _is_there(host, starts.value))


def _is_there(host: Host, path: str) -> bool | Missing:
    """A name without a folder is searched by systemd itself (systemd.service(5))."""
    paths = [path] if path.startswith("/") else [f"{f}/{path}" for f in SYSTEM_FOLDERS]
    entries = [host.stat(one) for one in paths]
    if any(isinstance(entry, Stat) for entry in entries):
        return True
    if host.at_rest and all(host.stat(one.rpartition("/")[0]) is None for one in paths):
        folder = visible(paths[-1].rpartition("/")[0])
        return Missing(f"this tree has no {folder}", Why.NOT_PRESENT)
    return next((entry for entry in entries if isinstance(entry, Missing)), False)


def running_flags(
    process: Process | None | Missing,
    name: str,
    bare: Collection[str],
    short: Mapping[str, str] = _NO_SHORT,
) -> tuple[Flag, ...] | Missing:
    """The live command line's flags; `name` is the daemon's, for words."""
    if isinstance(process, Missing):
        return process
    if process is None:
        return Missing(f"{name} does not run", Why.NOT_RUNNING)
    return flags.of_process(process, bare, skipped(process), short)


def skipped(process: Process) -> int:
    """Words of a command line before its flags."""
    return 2 if os.path.basename(process.exe) == "hyperkube" else 1


def paths(started: Service, process: Process | None | Missing) -> list[str]:
    """Where the program is for certain: what ExecStart names, what runs."""
    running = present(process)
    return [path for path in (started.program, running.exe if running else "") if path]


def process_of(
    processes: tuple[Process, ...] | Missing,
    unit: Unit | None | Missing,
    names: Collection[str],
) -> Process | None | Missing:
    """The daemon's process: the unit's main one, else the first that is really one of `names`.

    It counts by its executable, never by the name it gives itself. Where the executable may not
    be seen (we are not root), a process of root's with that name counts.
    """
    if isinstance(processes, Missing):
        return processes
    real = [process for process in processes if _is(process, names)]
    known = present(unit)
    state = present(known.state) if known else None
    main = state.main_pid if state else 0
    return next((p for p in real if p.pid == main), real[0] if real else None)


def _is(process: Process, names: Collection[str]) -> bool:
    if process.uid != 0:
        return False
    if not process.exe:
        return process.name in names
    name = os.path.basename(process.exe)
    if name == "hyperkube":
        return len(process.argv) > 1 and process.argv[1] in names
    return name in names
