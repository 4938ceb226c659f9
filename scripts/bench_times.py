"""Whole commands timed in turn with bare Python, and with another checkout's where one is given."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

BARE = (sys.executable, "-I", "-c", "pass")


class Times(NamedTuple):
    """Medians in milliseconds of one run's turns; `before` is the other checkout's, None without
    one. `peak` is in MB."""

    ours: float
    bare: float
    before: float | None
    peak: float

    @property
    def ratio(self) -> float:
        """Ours as a multiple of bare Python."""
        return self.ours / self.bare


def once(argv: Sequence[str]) -> tuple[float, int]:
    """Seconds and peak memory (kB) of one run as a whole process."""
    start = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return time.perf_counter() - start, usage.ru_maxrss


def beside(
    argv: Sequence[str],
    runs: int,
    before: Sequence[str] = (),
    bare: Sequence[str] = BARE,
) -> Times:
    """Run bare Python, the command and the other checkout's in turn: a machine that slows down
    slows all of them."""
    commands = [list(bare), list(argv), *([list(before)] if before else [])]
    for command in commands:
        once(command)
    taken: list[list[float]] = [[] for _ in commands]
    peak = 0
    for _ in range(runs):
        for number, command in enumerate(commands):
            seconds, memory = once(command)
            taken[number].append(seconds)
            peak = max(peak, memory) if number == 1 else peak
    medians = [statistics.median(seconds) * 1000 for seconds in taken]
    return Times(medians[1], medians[0], medians[2] if before else None, peak / 1024)


class Checkout(NamedTuple):
    """A checkout whose command can be run: this one, or that of the commit to compare with.

    `record` is the record that ships with it, as a folder: what a person has who was sent one.
    """

    folder: Path
    record: str

    @property
    def unshim(self) -> str:
        return str(self.folder / ".venv" / "bin" / "unshim")

    @classmethod
    def of(cls, folder: Path, scratch: Path) -> Checkout:
        """Unpack its demo below `scratch`. Raises: OSError, CalledProcessError."""
        record = scratch / f"record-{len(list(scratch.iterdir()))}" / "node"
        record.mkdir(parents=True)
        packed = folder / "unshim" / "demo.tar.gz"
        subprocess.run(["tar", "-C", str(record), "-xzf", str(packed)], check=True)
        return cls(folder, str(record))


def row(what: str, value: str, asked: str = "", met: bool | None = None) -> None:
    """One line of the table."""
    sign = {True: "ok", False: "OVER", None: ""}[met]
    sys.stdout.write(f"{what:<46} {value:<44} {asked:<26} {sign}\n")
    sys.stdout.flush()


def row_of(what: str, times: Times, limit: float) -> None:
    """A command's time as a multiple of bare Python, beside what it was before."""
    value = f"{times.ratio:.1f} x bare ({times.ours:.0f} ms, bare {times.bare:.0f} ms)"
    row(what, value, f"at most {limit:g} x", times.ratio <= limit)
    if times.before is not None:
        changed = times.ours / times.before
        value = f"{times.before / times.bare:.1f} x bare before; now {changed:.2f} of it"
        row("", value, "at most 1.05", changed <= 1.05)
    row_of_memory(times.peak)


def row_of_memory(peak: float) -> None:
    """What a process took at the most."""
    row("", f"peak {peak:.0f} MB", "at most 90 MB", peak <= 90)
