"""gather(host) -> Node: everything known about one machine at one moment, each source once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from unshim.facts.asked import asked_node
from unshim.facts.subjects import PROCESSES, SUBJECTS, Subject, named
from unshim.host.host import Host
from unshim.host.once import OnceHost
from unshim.model.node import Node
from unshim.model.values import Missing, Why

DEADLINE = 4.8
"""Seconds a whole look at a live machine may take; what is not there by then is Missing."""


Tell = Callable[[int, int], None]
"""What is told how far a look is."""


class _Reading:
    """One subject being read. What breaks while reading makes this one Missing, and no other."""

    def __init__(self, title: str, read: Callable[[], Any]) -> None:
        self._title = title
        self._read = read
        self._answer: Any = None
        self._aside = False
        self._done = threading.Event()

    def begin(self) -> None:
        """Read in a thread of its own from now on; else it is read when it is first asked for."""
        self._aside = True
        # A daemon thread, so that one that hangs in the kernel cannot hold up the exit.
        threading.Thread(target=self._run, name=f"read {self._title}", daemon=True).start()

    def _run(self) -> None:
        try:
            self._answer = self._read()
        except Exception as broken:
            reason = f"{type(broken).__name__} while reading {self._title}"
            self._answer = Missing(reason, Why.BROKEN)
        self._done.set()

    def answer(self, deadline: float) -> Any:
        """What was read or Missing, waited for until the deadline, by the monotonic clock."""
        if not self._aside and not self._done.is_set():
            self._run()
        if not self._done.wait(max(0.0, deadline - time.monotonic())):
            return Missing(f"{self._title} could not be read in time", Why.TIMEOUT)
        return self._answer


def gather(host: Host, *, whole: bool = True, tell: Tell = lambda done, of: None) -> Node:
    """The node as it is now. A live machine is read side by side, a recorded one in turn; each
    question is asked once, whoever else wants to know.

    Not `whole`, of what is not live only those subjects are read that somebody asks the node for.
    Otherwise `tell` is told, after each subject, how many are read and how many there are.
    """
    host = host if isinstance(host, OnceHost) else OnceHost(host)
    answer = _answers(host)
    if not whole and not host.live:
        return asked_node(host.origin, host.live, answer)
    known: dict[str, Any] = {}
    for number, subject in enumerate(SUBJECTS, 1):
        known[subject.name] = answer(subject.name)
        tell(number, len(SUBJECTS))
    return Node(origin=host.origin, live=host.live, **known)


def _answers(host: Host) -> Callable[[str], Any]:
    """What is known of a subject, by its name."""
    deadline = time.monotonic() + (DEADLINE if host.live else 3600)
    readings = {PROCESSES: _Reading("the processes", host.processes)}
    unread = {subject.name: subject.unread for subject in SUBJECTS if subject.unread}

    def answer(name: str) -> Any:
        known = readings[name].answer(deadline)
        return (
            named(unread[name])(host, known)
            if isinstance(known, Missing) and name in unread
            else known
        )

    for subject in SUBJECTS:
        readings[subject.name] = _Reading(subject.title, _reader(subject, host, answer))
    if host.live:
        for reading in readings.values():
            reading.begin()
    return answer


def _reader(subject: Subject, host: Host, answer: Callable[[str], Any]) -> Callable[[], Any]:
    return lambda: named(subject.reader)(host, *map(answer, subject.needs))
