"""Every state of a run is said in words, and has a way that leads out of it."""

from __future__ import annotations

import pytest

from unshim.apply.open_run import OPEN
from unshim.model import states
from unshim.model.plan import Disturbs
from unshim.model.session import Run
from unshim.tell import runs

RUN = "000007-20260101-000000"
STATES = (
    states.RUNNING,
    *states.ENDED,
    *states.STANDING,
    *states.LOST,
)


@pytest.mark.parametrize("name", [RUN, "000007", "7"])
def test_a_run_is_called_by_its_id_or_its_number(name: str) -> None:
    assert runs.is_called(RUN, name)


@pytest.mark.parametrize("name", ["", "0", "07", "70", "00000", "000007-", "000007-2026", "٧"])
def test_nothing_else_is_its_name(name: str) -> None:
    assert not runs.is_called(RUN, name)


def test_each_state_is_said() -> None:
    said = [runs.means(RUN, state) for state in STATES]
    assert all(sentence.startswith("run 000007 ") for sentence in said)
    assert len(set(said)) == len(STATES) - 1  # damaged and unreadable are one to a person
    assert runs.means(RUN, "damaged", "record 2 of its journal is damaged").endswith(
        "cannot be read: record 2 of its journal is damaged"
    )


@pytest.mark.parametrize("state", STATES)
def test_what_stands_in_the_way_has_a_way_out(state: str) -> None:
    ways = runs.ways(RUN, state)
    assert bool(ways) == (state not in states.ENDED)
    if state in states.STANDING:
        assert any("`unshim undo 000007`" in way for way in ways)
    in_the_way = runs.in_the_way(RUN, state)
    free = (*states.ENDED, states.VERIFIED, states.APPLIED)
    assert bool(in_the_way) == (state not in free)
    assert all(way in in_the_way for way in ways if in_the_way)


@pytest.mark.parametrize("state", states.LOST)
def test_of_what_cannot_be_read_the_script_that_needs_no_journal_is_named_first(state: str) -> None:
    first, second = runs.ways(RUN, state, "/x/RESTORE.sh")
    assert "`sh /x/RESTORE.sh`" in first
    assert "`unshim forget 000007`" in second
    assert runs.ways(RUN, state) == (second,)


@pytest.mark.parametrize("state", OPEN)
def test_what_is_not_at_its_end_is_told_with_its_checks_and_ways_out(state: str) -> None:
    run = Run(RUN, 0.0, "anna", ("a-check", "b-check"), (), state, Disturbs.NOTHING)
    ((told, _),) = runs.not_at_its_end(run).parts
    assert "Run 000007 (a-check, b-check) " in told
    assert all(way in told for way in runs.ways(RUN, state))
    assert "()" not in runs.not_at_its_end(run._replace(fixes=())).parts[0][0]
