"""The front door and composition root: the only room that knows every other."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.cli import environment
from unshim.cli.exits import INTERRUPTED, READER_GONE, USAGE, UsageError


def main(arguments: Sequence[str]) -> int:
    """Run one command. Returns its exit code; never raises, never shows a traceback."""
    environment.keep_allowed()
    from unshim.report import out

    try:
        code = _run(arguments)
        out.flush()
        return code
    except out.ReaderGone:
        out.abandon()
        return READER_GONE
    except out.OutputError as error:
        out.complain(str(error))
        out.abandon()
        return USAGE


def _run(arguments: Sequence[str]) -> int:
    """The exit code of a command. Raises: OutputError."""
    from unshim.cli.parser import parse
    from unshim.report import out

    try:
        options = parse(arguments)
        from unshim.cli.verbs import run

        return run(options)
    except UsageError as error:
        out.complain(str(error))
        return USAGE
    except KeyboardInterrupt as stopped:
        if stopped.args:
            out.complain(str(stopped))
        return INTERRUPTED
    except out.OutputError:
        raise
    except Exception as error:
        return _bug(error)


def _bug(error: Exception) -> int:
    """A fault of unshim's own: where, without any value, since values may be secrets."""
    from unshim.report import out

    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        name = trace.tb_frame.f_code.co_filename.rpartition("/")[2]
        place = f" at {name}:{trace.tb_lineno}"
    out.complain(f"a fault in unshim itself: {type(error).__name__}{place}; please report it")
    return USAGE
