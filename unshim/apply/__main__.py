"""`python -I -m unshim.apply VERB FOLDER`: the worker. Its standard input is the lock that it is
handed; what happens is in the journal, and the exit code says how it ended.

`apply` carries a run out, `undo` takes it back, `confirm` keeps it. `recover` takes back what was
cut off or not confirmed in time, `boot` the same before the daemons start: both are systemd's.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from unshim.apply import lock, unit
from unshim.apply.ends import INCOMPLETE, REFUSED
from unshim.apply.failures import StepFailed
from unshim.apply.journal import Damaged, Journal, records
from unshim.apply.recover import confirm, recover, undo
from unshim.apply.work import apply

PATIENCE = 600.0
"""Seconds that what systemd starts waits for the lock."""

VERBS: Mapping[str, Callable[[Path, Journal], int]] = {
    "apply": apply,
    "undo": undo,
    "confirm": confirm,
    "recover": recover,
    "boot": lambda folder, journal: recover(folder, journal, booting=True),
}


def main(arguments: list[str]) -> int:
    """Run one verb on one run's folder."""
    os.umask(0o022)  # what is made for others to read is; what is not has modes of its own
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    verb, folder = arguments[0], Path(arguments[1])
    if lock.received() is None and verb in ("recover", "boot"):
        _take_over(folder)
    try:
        with Journal(folder) as journal:
            return _run(verb, folder, journal)
    except (OSError, Damaged):
        return REFUSED


def _run(verb: str, folder: Path, journal: Journal) -> int:
    try:
        return VERBS[verb](folder, journal)
    except Exception as error:  # whatever it is, the journal must say that it ended
        reason = f"{type(error).__name__} in unshim itself"
        if not any(line["state"] == "prepared" for line in records(folder)):
            journal.add("failed", reason=reason, refused=True)
            return REFUSED
        journal.add("broken", problems=[reason])
        return INCOMPLETE


def _take_over(folder: Path) -> None:
    """The lock, from whoever has it: a worker that is at work after its time is ended."""
    with suppress(StepFailed):
        unit.kill_worker(folder)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(lock.Locked):
            lock.take()
            return
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
