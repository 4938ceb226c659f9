"""What kubelet releases do beyond single settings, and that the tables agree with one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unshim.model.values import Version
from unshim.releases.kubelet import (
    DOCKERSHIM_FLAGS,
    REMOVED_IN,
    asks_runtime_for_driver,
    knows_driver_gate,
)
from unshim.releases.kubelet_row import FIRST, LAST
from unshim.releases.kubelet_table import TABLE

ROW_OF = {flag: row for row in TABLE for flag in row.flags}


@pytest.mark.parametrize("flag", REMOVED_IN)
def test_a_removed_flag_is_known_to_the_last_release_before_and_no_more(flag: str) -> None:
    major, minor = REMOVED_IN[flag]
    row = ROW_OF[flag]
    assert (major, row.has_flag(FIRST), row.has_flag(minor - 1)) == (1, True, True)
    assert not row.has_flag(minor)


def test_a_flag_that_ends_is_listed_as_removed() -> None:
    ends = {flag for flag, row in ROW_OF.items() if row.flag_until < LAST}
    assert ends == set(REMOVED_IN)


def test_dockershims_flags_are_those_that_went_with_it() -> None:
    assert {"network-plugin", "docker-endpoint"} <= DOCKERSHIM_FLAGS
    assert not {"container-runtime", "pod-infra-container-image"} & DOCKERSHIM_FLAGS


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
