"""Runs the screens over the hand-made node, as a process of its own: `python serve.py [tasks]`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> int:
    from tests.tui.by_hand import CHAIN, RUN, HandEngine, HandSampler
    from tui.run import run

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
