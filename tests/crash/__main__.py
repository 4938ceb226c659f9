"""`python -m tests.crash [PART...]`: all of it, or parts; figures, and what was not as it must be.

`--every N` takes each N-th point, `--fixes N` the plans of that many nodes for each fix, `--again
N` kills again after each N-th of the kills.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.crash import cases, drills, foreign, mutants, orders, powercut
from tests.crash.cases import Case
from tests.crash.drills import Chosen, Scene, Tally
from tests.crash.player import Stage
from tests.crash.theatre import theatre, why_not


class Scale(NamedTuple):
    """How much is done: each N-th point, plans of so many nodes for each fix, and after each N-th
    of the kills another in the recovery."""

    every: int = 1
    fixes: int = 1
    again: int = 16

    def chosen(self, salt: int = 0) -> Chosen:
        """Each N-th of the points; others for each salt."""
        return lambda point: (point + salt) % self.every == 0

    def twice(self, salt: int = 0) -> Chosen:
        """Those of them after which it is killed again."""
        return lambda point: (point + salt) % (self.again * self.every) == 0


def _scenes(stage: Stage, top: Path, chosen: tuple[Case, ...]) -> Iterator[tuple[int, Scene]]:
    for number, case in enumerate(chosen):
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {case.name}\n")
        yield number, drills.opened(stage, case, top)


def _kills(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    _killed(stage, top, tally, scale, cases.KINDS)


def _fixes(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    _killed(stage, top, tally, scale, cases.fixes(scale.fixes))


def _killed(stage: Stage, top: Path, tally: Tally, scale: Scale, chosen: tuple[Case, ...]) -> None:
    for number, scene in _scenes(stage, top, chosen):
        tally.add("cases", scene.case.name, drills.carried_out(scene))
        drills.killed(scene, tally, scale.chosen(number), scale.twice(number))


def _errors(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    for number, scene in _scenes(stage, top, cases.KINDS):
        drills.refused(scene, tally, scale.chosen(number))


def _orders(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    for number, scene in _scenes(stage, top, cases.WITH_FILES):
        orders.lost_power(scene, tally, scale.chosen(number))
        if scene.case in (cases.REPLACE, cases.REMOVE):
            orders.edited(scene, tally, scale.chosen())
        if scene.case is cases.REPLACE:
            orders.begun(scene, tally, scale.chosen())
            orders.set_aside(scene, tally, scale.chosen())


def _foreign(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    for number, scene in _scenes(stage, top, (cases.REPLACE, cases.CREATE, cases.REMOVE)):
        foreign.meddled(scene, tally, scale.chosen(number))
        if scene.case is cases.REPLACE:
            foreign.meddled_twice(scene, tally, scale.chosen())


def _images(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    for kind in powercut.KINDS:
        for number, scene in _scenes(stage, top, cases.FLUSHED):
            powercut.cut(kind, scene, tally, scale.chosen(number))


def _control(stage: Stage, top: Path, tally: Tally, scale: Scale) -> None:
    """A program that flushes nothing: unless it is caught, images show nothing."""
    for kind in powercut.KINDS:
        naive = Tally()
        for _, scene in _scenes(stage, top, (cases.CREATE, cases.REPLACE)):
            powercut.cut(kind, scene, naive, lambda _: True, control=True)
        (name,) = naive.tried
        tally.tried[f"{name}: half-written"] = len(naive.wrong)
        if not naive.wrong:
            tally.wrong.append(f"{name}: nothing was seen of what is not flushed")
        tally.tried.update(naive.tried)


PARTS: dict[str, Callable[[Stage, Path, Tally, Scale], None]] = {
    "kills": _kills,
    "fixes": _fixes,
    "errors": _errors,
    "orders": _orders,
    "foreign": _foreign,
    "images": _images,
    "control": _control,
}


def main() -> int:
    """Run what is asked for; 1 where something was not as it must be."""
    parser = argparse.ArgumentParser(prog="tests.crash")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}, mutants")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--fixes", type=int, default=1)
    parser.add_argument("--again", type=int, default=16)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if reason := why_not():
        sys.stdout.write(f"not here: {reason}\n")
        return 3
    scale = Scale(chosen.every, chosen.fixes, chosen.again)
    wrong = 0
    with theatre() as top:
        for name in chosen.parts or [*PARTS, "mutants"]:
            tally, start = Tally(), time.monotonic()
            if name == "mutants":
                mutants.caught(top, tally, scale.every)
            else:
                with Stage(top / "programs") as stage:
                    PARTS[name](stage, top, tally, scale)
            wrong += len(tally.wrong)
            _tell(name, tally, time.monotonic() - start, chosen.json)
    return 1 if wrong else 0


def _tell(name: str, tally: Tally, seconds: float, as_json: bool) -> None:
    if as_json:
        told = {"part": name, "tried": tally.tried, "wrong": tally.wrong}
        sys.stdout.write(f"{json.dumps(told)}\n")
        return
    for what, count in tally.tried.items():
        sys.stdout.write(f"{name}: {what}: {count:,}\n")
    for one in tally.wrong:
        sys.stdout.write(f"{name}: WRONG: {one}\n")
    sys.stdout.write(f"{name}: {len(tally.wrong)} wrong, {seconds:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
