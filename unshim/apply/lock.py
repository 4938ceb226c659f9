"""One writer at a time on a machine."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = Path("/run/unshim/lock")


class Locked(Exception):
    """Somebody else applies or undoes right now; the text says who, as far as is known."""


@contextmanager
def taken(lock: Path = LOCK) -> Iterator[int]:
    """The lock for as long as this lasts, and for as long as one lives to whom it is handed.

    Raises:
        Locked: it is held.
    """
    handle = take(lock)
    try:
        yield handle
    finally:
        os.close(handle)


def take(lock: Path = LOCK) -> int:
    """A descriptor that holds the lock until it and its copies are closed. The file stays: a lock
    file that is removed can be held twice.

    Raises:
        Locked: it is held.
    """
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(handle, 4096, 0).decode("utf-8", "replace")
        os.close(handle)
        raise Locked(_describe_holder(holder)) from None
    _sign(handle, who())
    return handle


def received(lock: Path = LOCK) -> int | None:
    """The lock, where it was handed to this process as its standard input, which is empty then;
    None where something else stands there. It is held until its last copy is closed."""
    try:
        handed = os.fstat(0)
        same = os.path.samestat(handed, lock.stat())
    except OSError:
        return None
    if not same:
        return None
    handle = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _sign(handle, _holder(os.pread(handle, 4096, 0).decode("utf-8", "replace"))[0] or who())
    return handle


def who() -> str:
    """The person behind this process, as far as sudo tells. What is no name is not believed: it
    would stand in journals, and could look like a line of them."""
    name = os.environ.get("SUDO_USER") or os.environ.get("USER") or ""
    return name if is_name(name) else f"uid {os.getuid()}"


def is_name(text: str) -> bool:
    """Whether this could be a person on a machine: a name without blanks, or `uid N`."""
    number = text.removeprefix("uid ")
    if number != text:
        return number.isdecimal()
    return 0 < len(text) <= 64 and text.isprintable() and " " not in text


def _sign(handle: int, name: str) -> None:
    mine = json.dumps({"pid": os.getpid(), "who": name, "since": int(time.time())})
    os.ftruncate(handle, 0)
    os.pwrite(handle, mine.encode(), 0)


def _holder(text: str) -> tuple[str, int, str]:
    """Who signed, the process, and since when; empty and 0 for what cannot be read."""
    try:
        entry = json.loads(text)
        name, process = str(entry["who"]), int(entry["pid"])
        since = time.strftime("%H:%M:%S", time.localtime(int(entry["since"])))
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return "", 0, ""
    return (name if is_name(name) else "somebody"), process, since


def _describe_holder(text: str) -> str:
    name, process, since = _holder(text)
    if not name:
        return "another unshim applies or undoes right now"
    return f"{name} applies or undoes since {since} (process {process})"
