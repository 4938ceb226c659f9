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

from unshim.apply import guard, lock, unit
from unshim.apply.codec import CodecError
from unshim.apply.ends import INCOMPLETE, REFUSED
from unshim.apply.failures import StepFailed, reason_of
from unshim.apply.journal import PASSING, Damaged, Journal, begun, records
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
    alone = lock.received() is not None or verb not in ("recover", "boot")
    if not alone and not _takes_over(folder):
        return REFUSED
    try:
        journal = Journal(folder)
    except (OSError, Damaged):
        return REFUSED
    with journal:
        return _run(verb, folder, journal)


def _run(verb: str, folder: Path, journal: Journal) -> int:
    try:
        return VERBS[verb](folder, journal)
    except Exception as error:  # whatever it is, the journal must say that it ended
        words = isinstance(error, (CodecError, Damaged))
        return _broken_off(verb, folder, journal, str(error) if words else reason_of(error))


def _broken_off(verb: str, folder: Path, journal: Journal, reason: str) -> int:
    """The end of what a fault broke off. Where nothing was changed that is not what is noted: a run
    that was not begun is refused, and one that was to be undone or kept stays what it was."""
    lines = records(folder)
    if begun(lines) < 0:
        journal.add_if_possible("failed", reason=reason, refused=True)
        return REFUSED
    last = next(line["state"] for line in reversed(lines) if line["state"] not in PASSING)
    if verb in ("undo", "confirm") and last != "undoing":
        return REFUSED
    journal.add_if_possible("broken", problems=[reason])
    return INCOMPLETE


def _takes_over(folder: Path) -> bool:
    """Take the lock from whoever has it: a worker that is at work after its time is ended."""
    if guard.possible(folder):
        with suppress(StepFailed):
            unit.kill_worker(folder)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(lock.Locked):
            lock.take()
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
