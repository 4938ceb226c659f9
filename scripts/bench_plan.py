"""The part of the bench that plans: ten fixes on a recorded node, in one process."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from scripts.bench_times import row

NODES = Path(__file__).resolve().parent.parent / "tests" / "nodes"


def run(runs: int) -> None:
    """The recorded node for which the plan holds most fixes, and what each costs."""
    from unshim.judge.discover import catalogue
    from unshim.plan.rehearse import make_plan
    from unshim.record.recorded import RecordedHost

    installed = catalogue()
    all_checks, all_fixes = installed.checks, installed.fixes
    wanted = [fix.check_id for fix in all_fixes]
    names = sorted(index.parent.name for index in NODES.glob("*/index.json"))
    sizes = {}
    for name in names:
        plan = make_plan(RecordedHost(str(NODES / name)), all_checks, all_fixes, wanted)
        sizes[name] = len(plan.fixes)
    name = max(sizes, key=lambda name: sizes[name])
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        make_plan(RecordedHost(str(NODES / name)), all_checks, all_fixes, wanted)
        taken.append(time.perf_counter() - start)
    median = statistics.median(taken)
    ten = median * 11 / (sizes[name] + 1)  # n + 1 gathers: what ten fixes would take
    row(
        f"a plan of {sizes[name]} fixes on a record",
        f"{median * 1000:.0f} ms; ten fixes {ten * 1000:.0f} ms",
        "ten within 500 ms",
        ten <= 0.5,
    )
