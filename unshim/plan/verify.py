"""Whether a node is as the forecast said, and stays so, looked at again."""

from __future__ import annotations

import time
from collections.abc import Callable

from unshim.model.nouns import NamedTuple
from unshim.plan import pods_again
from unshim.plan.expected import Expected
from unshim.plan.moment import Eyes, Moment

DEADLINE = 15.0
"""Seconds that daemons have to look as the forecast says, once the pods run again."""
PODS_DEADLINE = 180.0
"""Seconds that the pods have to run again after the kubelet or a runtime restarted, and all of it
to stay as it is."""
NEW_PODS_DEADLINE = 60.0
"""Seconds that static pods are waited for which did not run before, once their kubelet does."""
STEADY = 10.0
"""Seconds that all of it must stay as it is to count as well."""
_PAUSE = 1.0


class Clock(NamedTuple):
    """The time in seconds, and a pause of so many."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


CLOCK = Clock()


class Seen(NamedTuple):
    """What is not as expected, "" for nothing; and what there is to know where all is."""

    problem: str
    notes: tuple[str, ...] = ()


def verify(eyes: Eyes, expected: Expected, clock: Clock = CLOCK) -> Seen:
    """Look until all is as expected and has stayed so. Daemons get a moment to come back, and pods
    the time that it takes to make them."""
    begun = clock.now()
    limit = begun + PODS_DEADLINE
    back: float | None = None
    well: Moment | None = None
    since = begun
    while True:
        problem = ""
        if well and clock.now() - since < STEADY:
            problem, until = well.broken(eyes.pulse(well.node)), limit
            back = None if problem else back
        else:
            moment = Moment(eyes, expected, well)
            now = clock.now()
            problem, until = moment.pods(now - begun < NEW_PODS_DEADLINE), limit
            if problem:
                back = None
            else:
                back = now if back is None else back
                problem, until = moment.daemons(), min(back, limit) + DEADLINE
            if not problem and well and moment.made != well.made:
                problem, until = pods_again.UNSTEADY, limit
            if not problem and (well or not expected.settles):
                return Seen("", moment.notes())
            back = None if problem and well else back
            well, since = (None if problem else moment), now
        if problem:
            well = None
            if clock.now() > until:
                return Seen(problem)
        clock.pause(_PAUSE)
