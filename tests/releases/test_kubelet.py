"""What kubelet releases do beyond single settings, and that the tables agree with one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unshim.model.values import Version
from unshim.releases import kubelet_names
from unshim.releases.kubelet import (
    DOCKERSHIM_FLAGS,
    RENAMED_FLAGS,
    asks_runtime_for_driver,
    knows_driver_gate,
)
from unshim.releases.kubelet_row import FIRST, LAST


def test_dockershims_flags_are_those_that_went_with_it() -> None:
    for name in DOCKERSHIM_FLAGS:
        flag = kubelet_names.flag(name)
        assert flag is not None
        assert flag.turns in ((15, 24), (16, 24)), name
    assert {"network-plugin", "docker-endpoint", "docker-root"} <= DOCKERSHIM_FLAGS


def test_of_two_names_of_one_flag_the_older_one_is_gone() -> None:
    for old, new in RENAMED_FLAGS.items():
        before, after = kubelet_names.flag(old), kubelet_names.flag(new)
        assert before is not None
        assert after is not None
        assert (before.kind, before.field) == (after.kind, after.field)
        assert (before.holds(LAST), after.holds(LAST), after.holds(FIRST)) == (False, True, True)


@pytest.mark.parametrize(
    ("rule", "without", "of"),
    [
        pytest.param(asks_runtime_for_driver, 30, 31, id="the driver is asked for from 1.31 on"),
        pytest.param(knows_driver_gate, 27, 28, id="the gate came with 1.28"),
        pytest.param(knows_driver_gate, 34, 33, id="and is locked from 1.34 on"),
    ],
)
def test_a_rule_holds_from_one_release_on(
    rule: Callable[[Version], bool], without: int, of: int
) -> None:
    assert not rule(Version(1, without, 99))
    assert rule(Version(1, of, 0))
