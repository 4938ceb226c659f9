"""Running a program that only reads: fixed path, clean environment, capped output, a deadline."""

from __future__ import annotations

import os
import selectors
import signal
import stat
import subprocess
import time
from collections.abc import Sequence

from unshim.host.host import Output
from unshim.model.nouns import NamedTuple
from unshim.model.search_path import SEARCH_PATH
from unshim.model.values import Missing, Why
from unshim.text.escape import visible

OUTPUT_LIMIT = 2 * 1024 * 1024
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": ":".join(SEARCH_PATH), "SYSTEMD_PAGER": "cat"}
_TICK = 0.05
_NOBODY = 65534


class Program(NamedTuple):
    """A program's absolute path, and the user and group to run it as; None for our own."""

    path: str
    user: int | None = None
    group: int | None = None


def find(program: str) -> Program | Missing:
    """The program: itself where it is a path, else the first one on the fixed path."""
    candidates = [program] if program.startswith("/") else [f"{d}/{program}" for d in SEARCH_PATH]
    for candidate in candidates:
        try:
            status = os.stat(candidate)
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(status.st_mode) and os.access(candidate, os.X_OK):
            return _program(candidate, status)
    return Missing(f"{visible(program)} is not installed", Why.NOT_PRESENT)


def _program(path: str, status: os.stat_result) -> Program:
    """What another user can change is run with that user's rights, never with root's.

    Archives unpacked by root often leave programs with the owner they had where they were built.
    """
    if os.geteuid() != 0:
        return Program(path)
    if status.st_mode & stat.S_IWOTH or (status.st_mode & stat.S_IWGRP and status.st_gid != 0):
        return Program(path, _NOBODY, _NOBODY)
    if status.st_uid != 0:
        return Program(path, status.st_uid, status.st_gid)
    return Program(path)


def run(argv: Sequence[str], timeout: float) -> Output | Missing:
    """Run a program to its end, at most `timeout` seconds; its whole process group is then killed.

    What it writes beyond 2 MiB on a stream is dropped.
    """
    program = find(argv[0])
    if isinstance(program, Missing):
        return program
    try:
        child = subprocess.Popen(
            [program.path, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            user=program.user,
            group=program.group,
            extra_groups=None if program.user is None else [],
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad argument"
        return Missing(f"{visible(program.path)} could not be started: {reason}")
    try:
        return _collect(child, argv, timeout)
    finally:
        _end(child)


def _collect(
    child: subprocess.Popen[bytes], argv: Sequence[str], timeout: float
) -> Output | Missing:
    deadline = time.monotonic() + timeout
    assert child.stdout is not None
    assert child.stderr is not None
    kept: dict[int, bytearray] = {
        child.stdout.fileno(): bytearray(),
        child.stderr.fileno(): bytearray(),
    }
    out, err = kept.values()
    with selectors.DefaultSelector() as waiting:
        for stream in kept:
            waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(0.0, min(_TICK, deadline - time.monotonic())))
            for key, _ in ready:
                if not _take(key.fd, kept[key.fd]):
                    waiting.unregister(key.fd)
            if time.monotonic() >= deadline:
                return _late(argv, timeout)
            # A grandchild may hold the pipes open long after the program itself has ended. Its
            # last words may have come between the look at the pipes and the one at the program.
            if not ready and child.poll() is not None and not waiting.select(0):
                break
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return _late(argv, timeout)
    return Output(child.returncode, bytes(out), bytes(err))


def _late(argv: Sequence[str], timeout: float) -> Missing:
    return Missing(f"{visible(argv[0])} did not end within {timeout:g} s", Why.TIMEOUT)


def _take(stream: int, kept: bytearray) -> bool:
    """Move what can be read now; False at the stream's end."""
    part = os.read(stream, 1 << 16)
    kept += part[: OUTPUT_LIMIT - len(kept)]
    return bool(part)


def _end(child: subprocess.Popen[bytes]) -> None:
    # The group is the child's own session, so this reaches its children and nobody else; a group
    # that has ended already cannot be another's while its leader is not waited for.
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
