"""Whether a unit runs, judged over a while."""

from __future__ import annotations

import time

import pytest

from unshim.apply.acts.units import LASTING, lasting


@pytest.mark.parametrize(
    ("active", "restarts", "seconds", "state"),
    [
        ("active", 0, 1, "active"),
        ("active", 3, 1, "activating"),
        ("active", 3, LASTING + 1, "active"),
        ("activating", 3, 1, "activating"),
        ("failed", 3, 1, "failed"),
        ("inactive", 0, 1, "inactive"),
    ],
    ids=["started once", "just again", "again, and stayed", "waits", "failed", "stopped"],
)
def test_a_unit_that_comes_and_goes_is_not_up_at_the_moment_that_it_runs(
    active: str, restarts: int, seconds: float, state: str
) -> None:
    answer = {
        "ActiveState": active,
        "NRestarts": str(restarts),
        "ExecMainStartTimestampMonotonic": str(int((time.monotonic() - seconds) * 1e6)),
    }
    assert lasting(answer) == state


@pytest.mark.parametrize("answer", [{}, {"NRestarts": "", "ExecMainStartTimestampMonotonic": ""}])
def test_a_unit_without_a_process_of_its_own_is_as_it_says(answer: dict[str, str]) -> None:
    assert lasting({"ActiveState": "active", **answer}) == "active"
