"""Whether a unit runs, judged over a while."""

from __future__ import annotations

import time

import pytest

from unshim.apply.acts.units import LASTING, lasting


def _answer(active: str, restarts: int, seconds: float) -> dict[str, str]:
    started = int((time.monotonic() - seconds) * 1e6)
    return {
        "ActiveState": active,
        "NRestarts": str(restarts),
        "ExecMainStartTimestampMonotonic": str(started),
    }


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (_answer("active", 0, 1), "active"),
        (_answer("active", 3, 1), "activating"),
        (_answer("active", 3, LASTING + 1), "active"),
        (_answer("activating", 3, 1), "activating"),
        (_answer("failed", 3, 1), "failed"),
        (_answer("inactive", 0, 1), "inactive"),
        ({"ActiveState": "active"}, "active"),
        (
            {"ActiveState": "active", "NRestarts": "", "ExecMainStartTimestampMonotonic": ""},
            "active",
        ),
    ],
    ids=[
        "started once",
        "just again",
        "again, and stayed",
        "waits",
        "failed",
        "stopped",
        "a socket",
        "old",
    ],
)
def test_a_unit_that_comes_and_goes_is_not_up_at_the_moment_that_it_runs(
    answer: dict[str, str], state: str
) -> None:
    assert lasting(answer) == state
