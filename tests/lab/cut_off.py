"""Runs of unshim on a real node, followed from outside and cut off at a record of their journal."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests.waiting import PATIENCE, until

from .node import Node
from .terminal import UNSHIM, Terminal

FRONT, WORKER = "-m unshim ", "-m unshim.apply "
_RECORD = re.compile(rb"\{.*\}")


class At(NamedTuple):
    """The so-manieth record of this state in a run's journal."""

    state: str
    time: int = 1

    def __str__(self) -> str:
        """`intent-2`."""
        return f"{self.state}-{self.time}"


def runs(node: Node) -> list[Path]:
    """The folders of its runs on the node's disk, the oldest first."""
    top = node.root / "var/lib/unshim/tx"
    return sorted(top.glob("[0-9]*")) if top.is_dir() else []


def records(run: Path) -> list[dict[str, Any]]:
    """The records of a run's journal so far; one that is being written is none yet."""
    with suppress(FileNotFoundError):
        lines = (run / "journal").read_bytes().split(b"\n")[:-1]
        return [json.loads(found[0]) for line in lines if (found := _RECORD.search(line))]
    return []


def reached(run: Path) -> list[At]:
    """Which records these are."""
    states = [str(record["state"]) for record in records(run)]
    return [At(state, states[: n + 1].count(state)) for n, state in enumerate(states)]


@contextmanager
def applying(node: Node, at: At, *argv: str) -> Iterator[tuple[Terminal, Path]]:
    """`unshim apply` on a terminal, once its run's journal has this record; and the run."""
    before = runs(node)
    with Terminal(node, [UNSHIM, "apply", *argv]) as front:
        end = time.monotonic() + PATIENCE
        while not (new := runs(node)[len(before) :]) or at not in reached(new[0]):
            front.read(0.001)
            assert time.monotonic() < end, f"no {at}:\n{front.picture()}"
        yield front, new[0]


def pids(node: Node, words: str) -> set[int]:
    """The node's processes whose command line has these words, as this machine knows them."""
    found = set()
    for pid in node.scratch.pids():
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if words in line and not line.startswith(("nsenter ", "systemd-run ", "sh ")):
                found.add(pid)
    return found


def kill(node: Node, *words: str) -> None:
    """Kill these processes at once: stopped first, none sees another end."""
    found = {pid for one in words for pid in pids(node, one)}
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _front(node: Node, _: Terminal) -> None:
    kill(node, FRONT)


def _worker(node: Node, _: Terminal) -> None:
    kill(node, WORKER)


def _both(node: Node, _: Terminal) -> None:
    kill(node, FRONT, WORKER)


def _terminal(_: Node, front: Terminal) -> None:
    front.hang_up()


CUTS: dict[str, Callable[[Node, Terminal], None]] = {
    "the front": _front,
    "the worker": _worker,
    "both": _both,
    "the terminal": _terminal,
}


def units(node: Node) -> str:
    """The units of unshim's that systemd knows."""
    return node.systemctl("list-units", "--all", "--plain", "--no-legend", "unshim-*")


def at_rest(node: Node) -> None:
    """Wait until nobody applies or undoes, and nobody will by himself."""
    until(lambda: not pids(node, WORKER) and not units(node), "the end of what works on the run")
