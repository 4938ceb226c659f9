"""`python -I -m unshim.apply apply|undo|recover FOLDER`: the worker. Its standard input is the lock
that it is handed; what happens is in the journal, and the exit code says how it ended."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from unshim.apply import lock
from unshim.apply.journal import Journal
from unshim.apply.recover import recover
from unshim.apply.work import INCOMPLETE, apply, take_back


def main(arguments: list[str]) -> int:
    """Run one verb on one run's folder."""
    os.umask(0o022)  # what is made for others to read is; what is not has modes of its own
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    verb, folder = arguments[0], Path(arguments[1])
    lock.received()
    try:
        if verb == "apply":
            return apply(folder)
        if verb == "recover":
            return recover(folder)
        return take_back(folder, Journal(folder))
    except Exception as error:  # whatever it is, the journal must say that it ended
        Journal(folder).add("broken", problems=[f"{type(error).__name__} in unshim itself"])
        return INCOMPLETE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
