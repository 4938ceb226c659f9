"""The one writer of standard output, standard error and report files."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import TextIO

from unshim.text.escape import Door

# The second door: what forgot the first reaches no terminal all the same.
_DOOR = Door(keeps="\n\t")


class OutputError(Exception):
    """The report could not be written: one line, where and why."""


def harmless(text: str) -> str:
    """The text with whatever a terminal would act on shown as an escape."""
    return _DOOR.let_out(text)


def say(text: str, style: str = "", stream: TextIO | None = None) -> None:
    """Write a line of text. `style` is one of bold, red, yellow, green, cyan, dim or "".

    Raises:
        OutputError: the stream cannot be written to (a full disk, a closed pipe).
    """
    target = stream or sys.stdout
    clean = harmless(text)
    if style and coloured(target):
        clean = f"\x1b[{_STYLES[style]}m{clean}\x1b[0m"
    try:
        target.write(
            clean.encode(target.encoding or "ascii", "backslashreplace").decode(
                target.encoding or "ascii"
            )
            + "\n"
        )
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write the report: {error}") from None


def raw(text: str) -> None:
    """Write a document of ours (JSON, completion) as it is; it is ASCII.

    Raises:
        OutputError: the stream cannot be written to.
    """
    try:
        sys.stdout.write(text)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write the report: {error}") from None


_STYLES = {"bold": "1", "red": "31", "yellow": "33", "green": "32", "cyan": "36", "dim": "2"}


def coloured(stream: TextIO) -> bool:
    """Whether colours help here: a terminal, and nobody asked for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:
        return False


def complain(text: str) -> None:
    """One line on standard error."""
    try:
        say(f"unshim: {text}", stream=sys.stderr)
        sys.stderr.flush()
    except (OutputError, OSError):
        return


def flush() -> None:
    """Raises: OutputError when what was written does not arrive."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write the report: {error}") from None


def abandon() -> None:
    """Let what could not be written go, so that the interpreter does not try it again at exit."""
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, 1)
    os.close(handle)


def write_file(path: str, text: str) -> None:
    """Write a whole file or none of it, readable by its owner alone.

    Raises:
        OutputError: the folder does not take it, or something other than a file stands there.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}~")
    try:
        if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
            raise OutputError(f"{path} is no regular file, and is left alone")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
