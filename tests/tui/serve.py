"""Runs the screens over the hand-made node, as a process of its own: `python serve.py [tasks]`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> int:
    from tests.tui.by_hand import CHAIN, RUN, HandEngine, HandSampler
    from tui import sampling
    from tui.run import run
    from tui.terminal import painting

    painting.PATIENCE = painting.CONTENT = 60.0  # however slow the machine, only whole frames

    if "still" in sys.argv:
        sampling.PERIOD = 3600.0  # one sample, so that what is sent is the screen's own
    if "seldom" in sys.argv:
        sampling.PERIOD = 8.0  # so that a busy machine is done with one before the next
    count = next((int(word) for word in sys.argv if word.isdigit()), 12)
    engine = HandEngine(runs=(RUN,), live_samples=HandSampler(count=count))
    if "hostile" in sys.argv:
        from tests.tui.hostile import RESULT, TASK

        engine = replace(engine, results=(RESULT,), live_samples=HandSampler(extra=(TASK,)))
    if "crash" in sys.argv:
        # A hop without a name breaks the drawing of the chain, with a secret in reach.
        engine = replace(engine, chain=(CHAIN[0]._replace(name=None, note="s3cr3t"),))  # type: ignore[arg-type]
    return run(engine)


if __name__ == "__main__":
    sys.exit(main())
