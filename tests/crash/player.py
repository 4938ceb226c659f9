"""The worker on a node, run as often as is asked for, with somebody who watches its calls."""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from tests import TOP
from tests.crash import calls
from tests.crash.calls import Notice

PATIENCE = 300.0
"""Seconds without a notice or an end after which a run hangs."""

KILL = -1
Watch = Callable[[int, Notice], int]
"""Is told each call with its number, from 0, before it is done: 0 lets it happen, KILL kills the
worker and all that it started, any other number is the error that it gets."""


class Ended(NamedTuple):
    """How a run ended: its exit code, negative where a signal ended it; and what it said."""

    code: int
    said: str


class Hung(Exception):
    """It did not end."""


class Stage:
    """A Python that has the worker of one tree of sources imported, and plays it."""

    def __init__(self, programs: Path, tree: Path = TOP) -> None:
        self._programs = programs
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = theirs.fileno()
        program = (
            f"import sys; sys.path.append({str(TOP)!r}); sys.path.insert(0, {str(tree)!r}); "
            f"from tests.crash.stage import main; main({str(tree)!r}, {number})"
        )
        argv = [sys.executable, "-I", "-B", "-c", program]
        self._process = subprocess.Popen(argv, pass_fds=(number,), stdin=subprocess.DEVNULL)
        theirs.close()
        assert self._link.recv(16) == b"ready", "the worker of this tree cannot be imported"

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._link.close()
        self._process.wait(PATIENCE)

    def play(
        self,
        node: Path,
        *arguments: str,
        watch: Watch | None = None,
        opens: bool = False,
        steps: Sequence[dict[str, Any]] = (),
    ) -> Ended:
        """Run the worker with these arguments (`make` makes a run's folder for `steps`)."""
        said = node.with_name(f"{node.name}.said")
        order = {
            "node": str(node),
            "programs": str(self._programs),
            "said": str(said),
            "arguments": list(arguments),
            "steps": list(steps),
            "stop": watch is not None,
            "opens": opens,
        }
        place = node.with_name(f"{node.name}.order")
        place.write_bytes(pickle.dumps(order))
        self._link.send(os.fsencode(place))
        code = self._watch(watch)
        return Ended(code, said.read_text(errors="backslashreplace") if said.exists() else "")

    def _watch(self, watch: Watch | None) -> int:
        listener, pid, count = -1, 0, 0
        try:
            while True:
                handles = [self._link.fileno(), *([listener] if listener >= 0 else [])]
                ready, _, _ = select.select(handles, [], [], PATIENCE)
                if not ready:
                    if pid:
                        os.kill(pid, signal.SIGKILL)
                    raise Hung
                if self._link.fileno() in ready:
                    message, handles, _, _ = socket.recv_fds(self._link, 4096, 1)
                    if handles:
                        listener = handles[0]
                        self._link.send(b"!")
                        continue
                    told = json.loads(message)
                    if "code" in told:
                        return int(told["code"])
                    pid = int(told["pid"])
                elif notice := calls.receive(listener):
                    does = watch(count, notice) if watch else 0
                    count += 1
                    if does == KILL:
                        self._kill(pid)
                    else:
                        calls.answer(listener, notice, does)
                else:
                    os.close(listener)
                    listener = -1
        finally:
            if listener >= 0:
                os.close(listener)

    def _kill(self, pid: int) -> None:
        while not pid:  # who waits for it has not told it yet
            pid = int(json.loads(self._link.recv(4096))["pid"])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
