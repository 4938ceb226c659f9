"""The one writer of standard output, standard error and report files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from typing import TextIO

from unshim.tell.lines import Ink, Line
from unshim.text.escape import Door

# The second door: what forgot the first reaches no terminal all the same.
_DOOR = Door(keeps="\n\t")

_COLOURS = {
    Ink.STRONG: "1",
    Ink.DIM: "2",
    Ink.ERROR: "31",
    Ink.REMOVED: "31",
    Ink.PASS: "32",
    Ink.WARNING: "33",
    Ink.NOTE: "36",
    Ink.ACCENT: "36",
    Ink.REVERSE: "7",
}
"""What stands between ESC [ and m for each ink; PLAIN has none."""


class OutputError(Exception):
    """What was said could not be written: one line, where and why."""


class ReaderGone(OutputError):
    """Whoever read it has seen enough, as `head` does: nothing to complain about."""


def harmless(text: str) -> str:
    """The text with whatever a terminal would act on shown as an escape."""
    return _DOOR.let_out(text)


def write(lines: Iterable[Line], stream: TextIO | None = None) -> None:
    """Write rows of text, in colours where they help.

    Raises:
        OutputError: the stream cannot be written to (a full disk, a closed pipe).
    """
    target = stream or _standard_output()
    colours = coloured(target)
    charset = target.encoding or "ascii"
    try:
        for line in lines:
            text = _paint(line) if colours else harmless(line.text)
            target.write(text.encode(charset, "backslashreplace").decode(charset) + "\n")
    except (OSError, ValueError) as error:
        raise _unwritten(error) from None


def _standard_output() -> TextIO:
    if sys.stdout is None:  # as `>&-` leaves it
        raise OutputError("standard output is closed")
    return sys.stdout


def _unwritten(error: Exception) -> OutputError:
    if isinstance(error, BrokenPipeError):
        return ReaderGone()
    why = error.strerror if isinstance(error, OSError) else None
    return OutputError(f"cannot write to standard output: {why or error}")


def _paint(line: Line) -> str:
    parts = ((harmless(text), _COLOURS.get(ink)) for text, ink in line.parts)
    painted = (f"\x1b[{colour}m{text}\x1b[0m" if colour else text for text, colour in parts)
    return " " * line.indent + "".join(painted)


def say(text: str, ink: Ink = Ink.PLAIN, stream: TextIO | None = None) -> None:
    """Write one row. Raises: OutputError."""
    write([Line(((text, ink),))], stream)


def plain(lines: Iterable[Line]) -> str:
    """Rows as a text, for a file."""
    return "".join(f"{harmless(line.text)}\n" for line in lines)


def raw(text: str) -> None:
    """Write a document of ours (JSON, completion) as it is; it is ASCII.

    Raises:
        OutputError: the stream cannot be written to.
    """
    try:
        _standard_output().write(text)
    except (OSError, ValueError) as error:
        raise _unwritten(error) from None


def coloured(stream: TextIO) -> bool:
    """Whether colours help here: a terminal, and nobody asked for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:
        return False


def width() -> int:
    """Columns of the terminal, 80 where there is none; never more than is good to read."""
    try:
        columns = os.get_terminal_size(1).columns
    except OSError:
        columns = 80
    return min(columns or 80, 120)


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
