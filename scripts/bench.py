"""Times, sizes and ratios, each beside bare Python or a peer, as one table (`make bench`).

Medians of at least nine runs, taken in turn with bare `python -I -c pass`. Needs nothing but this
machine; what needs root and real daemons starts its own and is left out with a reason elsewhere.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from scripts import bench_facts, bench_live  # noqa: E402  (the line above makes them findable)
from scripts.bench_pty import first_frames  # noqa: E402

BIN = Path(sys.executable).parent
UNSHIM = str(BIN / "unshim")
BARE = [sys.executable, "-I", "-c", "pass"]
NODE = str(TOP / "tests" / "nodes" / "half-migrated")


def once(argv: Sequence[str]) -> tuple[float, int]:
    """Seconds and peak memory (kB) of one run as a whole process."""
    start = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return time.perf_counter() - start, usage.ru_maxrss


def beside(argv: Sequence[str], runs: int) -> tuple[float, float, float]:
    """Median milliseconds of a command, of bare Python run in turn with it, and its peak MB."""
    once(argv)
    ours, bare, memory = [], [], 0
    for _ in range(runs):
        bare.append(once(BARE)[0])
        seconds, peak = once(argv)
        ours.append(seconds)
        memory = max(memory, peak)
    return statistics.median(ours) * 1000, statistics.median(bare) * 1000, memory / 1024


def row(what: str, value: str, limit: str, verdict: bool | None) -> None:
    sign = {True: "ok", False: "OVER", None: ""}[verdict]
    sys.stdout.write(f"{what:<46} {value:<34} {limit:<24} {sign}\n")
    sys.stdout.flush()


def commands(runs: int) -> None:
    ours, bare, memory = beside([UNSHIM, "--version"], runs)
    row(
        "unshim --version",
        f"{ours:.0f} ms, bare Python {bare:.0f} ms",
        f"at most 3.0 times: {ours / bare:.1f}",
        ours <= 3 * bare,
    )
    row("", f"peak {memory:.0f} MB", "at most 90 MB", memory <= 90)
    ours, bare, memory = beside([UNSHIM, "--report", "json", "--root", NODE], runs)
    row(
        "unshim --report json --root NODE",
        f"{ours:.0f} ms, bare Python {bare:.0f} ms",
        f"at most +120 ms: +{ours - bare:.0f}",
        ours - bare <= 120,
    )
    row("", f"peak {memory:.0f} MB", "at most 90 MB", memory <= 90)
    frame, verdict, memory = first_frames([UNSHIM, "--root", NODE], runs)
    row("screens: first frame", f"{frame:.0f} ms", "at most 350 ms", frame <= 350)
    row("screens: verdict after it", f"{verdict:.0f} ms", "at most 300 ms", verdict <= 300)
    row("", f"peak {memory:.0f} MB", "at most 90 MB", memory <= 90)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--no-live", action="store_true", help="leave the real daemons out")
    options = parser.parse_args()
    row("what", "measured", "asked", None)
    commands(options.runs)
    if not options.no_live:
        bench_facts.run(options.runs, beside, row, UNSHIM, NODE)
        bench_live.run(options.runs, beside, row, UNSHIM)
    return 0


if __name__ == "__main__":
    sys.exit(main())
