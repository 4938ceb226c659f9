"""The one writer of standard output, standard error and report files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from unshim.report.table import Table, Told
from unshim.tell.lines import Ink, Line
from unshim.text.escape import Door

# The second door: what forgot the first reaches no terminal all the same.
_DOOR = Door(keeps="\n\t")


class OutputError(Exception):
    """What was said could not be written: one line, where and why."""


class ReaderGone(OutputError):
    """Whoever read it has seen enough, as `head` does: nothing to complain about."""


def harmless(text: str) -> str:
    """The text with whatever a terminal would act on shown as an escape."""
    return _DOOR.let_out(text)


def write(told: Iterable[Told], stream: TextIO | None = None) -> None:
    """Write lines and tables: painted on a terminal, else plain.

    Raises:
        OutputError: the stream cannot be written to (a full disk, a closed pipe).
    """
    target = stream or _standard_output()
    charset = target.encoding or "ascii"
    try:
        for row in _rows(told, target):
            target.write(row.encode(charset, "backslashreplace").decode(charset) + "\n")
    except (OSError, ValueError) as error:
        raise _unwritten(error) from None


def _rows(told: Iterable[Told], target: TextIO) -> Iterator[str]:
    if not paints(target):
        return _plain_rows(told)
    from unshim.report.terminal import painted

    return painted(told, columns(), colours=not os.environ.get("NO_COLOR"))


def _plain_rows(told: Iterable[Told]) -> Iterator[str]:
    for one in told:
        for line in one.plain if isinstance(one, Table) else (one,):
            yield harmless(line.text)


def _standard_output() -> TextIO:
    if sys.stdout is None:  # as `>&-` leaves it
        raise OutputError("standard output is closed")
    return sys.stdout


def _unwritten(error: Exception) -> OutputError:
    if isinstance(error, BrokenPipeError):
        return ReaderGone()
    why = error.strerror if isinstance(error, OSError) else None
    return OutputError(f"cannot write to standard output: {why or error}")


def say(text: str, ink: Ink = Ink.PLAIN, stream: TextIO | None = None) -> None:
    """Write one row. Raises: OutputError."""
    write([Line(((text, ink),))], stream)


def plain(told: Iterable[Told]) -> str:
    """Lines and tables as a text, for a file."""
    return "".join(f"{row}\n" for row in _plain_rows(told))


def raw(text: str) -> None:
    """Write a document of ours (JSON, completion) as it is; it is ASCII.

    Raises:
        OutputError: the stream cannot be written to.
    """
    try:
        _standard_output().write(text)
    except (OSError, ValueError) as error:
        raise _unwritten(error) from None


def paints(stream: TextIO) -> bool:
    """Whether this is a terminal that can place letters."""
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        return False
    try:
        return stream.isatty()
    except ValueError:
        return False


def columns() -> int:
    """Columns of the terminal, 80 where there is none."""
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


def width() -> int:
    """The columns to fill with text: never more than is good to read."""
    return min(columns(), 120)


def complain(text: str) -> None:
    """One line on standard error, if there is one."""
    if sys.stderr is None:
        return
    try:
        say(f"unshim: {text}", stream=sys.stderr)
        sys.stderr.flush()
    except (OutputError, OSError):
        abandon(2)


def flush() -> None:
    """Raises: OutputError when what was written does not arrive."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise _unwritten(error) from None


def abandon(stream: int = 1) -> None:
    """Let what could not be written go, so that the interpreter does not try it again at exit."""
    handle = os.open(os.devnull, os.O_WRONLY)
    if handle != stream:
        os.dup2(handle, stream)
        os.close(handle)


def write_file(path: str, text: str) -> None:
    """Write a whole file or none of it, readable by its owner alone.

    Raises:
        OutputError: the folder does not take it, or something other than a file stands there.
    """
    from pathlib import Path

    from unshim.apply.disk import replace

    try:
        if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
            raise OutputError(f"{path} is not a regular file; not written")
        replace(Path(path), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
