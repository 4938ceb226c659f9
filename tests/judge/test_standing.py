"""The best that may be said of a node: of two things that hold, the worse one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest

from tests.judge.nodes import HEALTHY, UNSEEN, check, failed
from tests.judge.nodes import came_to as came
from tests.laws.nodes import node
from unshim.judge.standing import standing_of
from unshim.model.checks import Outcome, Result, Severity
from unshim.model.node import Node
from unshim.model.session import Look, Standing
from unshim.model.values import Missing, Why

FINE, APART = came(Outcome.PASS), came(Outcome.NOT_APPLICABLE)
SHOWS: tuple[tuple[Result, Standing], ...] = (
    (failed(check()), Standing.BROKEN),
    (came(Outcome.ERROR), Standing.FAULT),
    (came(Outcome.UNKNOWN), Standing.NOT_ALL_SEEN),
    (failed(check(), severity=Severity.WARNING), Standing.WARNED),
    (failed(check(), severity=Severity.INFO), Standing.WELL),
    (FINE, Standing.WELL),
    (APART, Standing.WELL),
)


SOUND = node(HEALTHY)


def _of(results: Sequence[Result], seen: Node = SOUND, left_out: int = 0) -> Standing:
    return standing_of(Look(seen, tuple(results), 0.1, left_out))


@pytest.mark.parametrize(("result", "standing"), SHOWS)
def test_one_result_decides(result: Result, standing: Standing) -> None:
    assert _of([FINE, result]) is standing


def test_of_two_results_the_worse_one_decides() -> None:
    order = list(Standing)
    for (one, its), (other, others) in combinations(SHOWS, 2):
        assert _of([one, other]) is _of([other, one]) is min(its, others, key=order.index)


def test_well_is_last_and_stands_alone() -> None:
    assert list(Standing)[-1] is Standing.WELL


@pytest.mark.parametrize(
    ("results", "seen", "left_out", "standing"),
    [
        ([FINE], node(HEALTHY), 3, Standing.NOT_ALL_RUN),
        ([], node(HEALTHY), 0, Standing.NOT_ALL_RUN),
        ([FINE], node(HEALTHY)._replace(runtime=UNSEEN), 0, Standing.NOT_ALL_SEEN),
        ([failed(check())], node(HEALTHY), 2, Standing.BROKEN),
    ],
)
def test_what_is_seen_of_the_node_counts_too(
    results: Sequence[Result], seen: Node, left_out: int, standing: Standing
) -> None:
    assert _of(results, seen, left_out) is standing


@pytest.mark.parametrize("part", ["kubelet", "containerd", "docker", "static_pods", "runtime"])
def test_what_broke_while_it_was_read_is_a_fault(part: str) -> None:
    def with_part(missing: Missing) -> Node:
        parts: dict[str, Any] = {part: missing}
        return SOUND._replace(**parts)

    broke = Missing("KeyError while reading", Why.BROKEN)
    assert _of([FINE], with_part(broke)) is Standing.FAULT
    assert _of([FINE], with_part(UNSEEN)) is not Standing.FAULT
