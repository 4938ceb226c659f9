"""The front door and composition root: the only room that knows every other."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.cli import environment
from unshim.cli.exits import INTERRUPTED, USAGE, UsageError


def main(arguments: Sequence[str]) -> int:
    """Run one command. Returns its exit code; never raises, never shows a traceback."""
    environment.keep_allowed()
    from unshim.cli.parser import parse
    from unshim.report import out

    try:
        options = parse(arguments)
        from unshim.cli.verbs import run

        code = run(options)
        out.flush()
        return code
    except UsageError as error:
        out.complain(str(error))
        return USAGE
    except out.OutputError as error:
        out.complain(str(error))
        out.abandon()
        return USAGE
    except KeyboardInterrupt as stopped:
        if stopped.args:
            out.complain(str(stopped))
        return INTERRUPTED
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
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
