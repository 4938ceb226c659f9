"""What a task uses a second, from two readings of its counters."""

from __future__ import annotations

import pytest

from unshim.live.readings import Reading, rates
from unshim.model.live import Usage

FIRST = Reading(10.0, Usage(4.0, 1000, None, 3, 500, 70))
LATER = Reading(12.0, Usage(5.0, 2000, 9000, 4, 1500, 70))


def test_without_a_reading_nothing_is_known() -> None:
    assert rates(None, None) == Usage()


def test_one_reading_gives_what_does_not_count_from_the_start() -> None:
    assert rates(FIRST, None) == Usage(None, 1000, None, 3, None, None)


def test_two_readings_give_rates() -> None:
    assert rates(LATER, FIRST) == Usage(50.0, 2000, 9000, 4, 500.0, 0.0)


@pytest.mark.parametrize(
    ("last", "before", "usage"),
    [
        (Usage(1.0), Usage(2.0), Usage()),
        (Usage(2.0, read=5), Usage(1.0, read=None), Usage(50.0)),
        (Usage(None, written=9), Usage(1.0, written=5), Usage(None, written=2.0)),
    ],
)
def test_a_counter_that_was_reset_or_is_not_known_has_no_rate(
    last: Usage, before: Usage, usage: Usage
) -> None:
    assert rates(Reading(3.0, last), Reading(1.0, before)) == usage
