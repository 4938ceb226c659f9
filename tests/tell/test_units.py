"""Numbers as a person says them, where one unit ends and the next begins."""

from __future__ import annotations

import pytest

from unshim.tell import units

KIB, MIB = 1024.0, 1024.0**2


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 B"),
        (999.4, "999 B"),
        (999.5, "1.0 KiB"),
        (9.94 * KIB, "9.9 KiB"),
        (9.95 * KIB, "10 KiB"),
        (999.4 * KIB, "999 KiB"),
        (999.6 * KIB, "1.0 MiB"),
        (1023 * MIB, "1.0 GiB"),
        (5000 * 1024.0**5, "5000 PiB"),
    ],
)
def test_a_size_has_three_digits_until_units_end(count: float, said: str) -> None:
    assert units.size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0s"),
        (0.9, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86399, "23h"),
        (86400, "1d"),
    ],
)
def test_an_age_is_rounded_down_to_its_largest_unit(seconds: float, said: str) -> None:
    assert units.age(seconds) == said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (units.rate(None), "–"),
        (units.rate(0.49), "0"),
        (units.rate(0.5), "0 B/s"),
        (units.percent(None), "–"),
        (units.percent(0), "0.0"),
        (units.percent(9.95), "10"),
        (units.count(None), "–"),
        (units.count(0), "0"),
        (units.age(None), "–"),
        (units.many(2, "entry", "entries"), "2 entries"),
        (units.many(1, "entry", "entries"), "1 entry"),
        (units.took(9.94), "9.9 s"),
        (units.took(9.95), "10 s"),
    ],
)
def test_what_is_nothing_and_what_is_not_known_are_told_apart(said: str, words: str) -> None:
    assert said == words
