"""Times, sizes and ratios, each beside bare Python or a peer, as one table (`make bench`).

Medians of at least nine runs, taken in turn with bare `python -I -c pass`, since machines differ
and change their speed. `--before FOLDER` names another checkout with its own .venv, whose commands
are timed in the same turns. Needs nothing but this machine; what needs root and real daemons starts
its own and is left out with a reason elsewhere.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from scripts import bench_facts, bench_live, bench_plan  # noqa: E402  (the line above finds them)
from scripts.bench_pty import first_frames  # noqa: E402
from scripts.bench_times import BARE, Checkout, beside, once, row, row_of, row_of_memory  # noqa: E402
from unshim.apply.journal import new_run  # noqa: E402


def commands(runs: int, ours: Checkout, before: Checkout | None) -> None:
    """What is asked on a recorded node: the same wherever it runs."""
    for words, limit in (
        (("--version",), 3),
        (("--report", "json"), 9),
        (("--report", "text"), 9),
        (("facts", "--json"), 8),
    ):
        on = () if words == ("--version",) else ("--root",)
        other = [before.unshim, *words, *on, *([before.record] if on else [])] if before else []
        argv = [ours.unshim, *words, *on, *([ours.record] if on else [])]
        row_of(
            f"unshim {' '.join(words)}{' --root NODE' if on else ''}",
            beside(argv, runs, other),
            limit,
        )


def worker(runs: int, scratch: Path) -> None:
    """What carries a plan out, from its start to its end on a run that has nothing to do."""
    run = new_run({"format": 1, "steps": [], "checks": []}, scratch / "state")
    argv = [sys.executable, "-I", "-m", "unshim.apply"]
    once([*argv, "apply", str(run)])
    times = beside([*argv, "confirm", str(run)], runs)
    value = f"{times.ratio:.1f} x bare ({times.ours:.0f} ms, bare {times.bare:.0f} ms)"
    row("the worker: start and end", value, "at most 4 x", times.ratio <= 4)
    row("", f"peak {times.peak:.0f} MB", "at most 40 MB", times.peak <= 40)


def screens(runs: int, ours: Checkout, before: Checkout | None) -> None:
    """The first frame of the screens, and the verdict after it."""
    bare = sorted(once(BARE)[0] for _ in range(runs))[runs // 2] * 1000
    frame, verdict, memory = first_frames([ours.unshim, "--root", ours.record], runs)
    for what, taken, limit in (
        ("screens: first frame", frame, 18),
        ("screens: verdict after it", verdict, 8),
    ):
        value = f"{taken / bare:.1f} x bare ({taken:.0f} ms, bare {bare:.0f} ms)"
        row(what, value, f"at most {limit} x", taken / bare <= limit)
    if before:
        old_frame, old_verdict, _ = first_frames([before.unshim, "--root", before.record], runs)
        old, new = old_frame + old_verdict, frame + verdict
        row(
            "",
            f"{old / bare:.1f} x bare before; now {new / old:.2f} of it",
            "at most 1.05",
            new <= 1.05 * old,
        )
    row_of_memory(memory)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--no-live", action="store_true", help="leave the real daemons out")
    parser.add_argument("--before", type=Path, help="a checkout with its .venv, to compare with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ours = Checkout.of(TOP, Path(scratch))
        before = Checkout.of(options.before.resolve(), Path(scratch)) if options.before else None
        row("what", "measured", "asked")
        commands(options.runs, ours, before)
        worker(options.runs, Path(scratch))
        screens(options.runs, ours, before)
        bench_plan.run(options.runs)
        if not options.no_live:
            bench_facts.run(options.runs)
            bench_live.run(options.runs, ours, before)
    return 0


if __name__ == "__main__":
    sys.exit(main())
