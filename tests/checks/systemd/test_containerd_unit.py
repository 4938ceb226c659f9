"""KillMode of containerd's unit: which values spare the containers."""

from __future__ import annotations

import pytest

from checks.systemd.containerd_unit import containerd_unit_killmode
from tests.checks.changed import HEALTHY, HOST, evidence, result, verdict, with_containerd
from tests.laws.nodes import node
from unshim.model.machine import Unit
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

DROP_IN = Source(Origin.UNIT, "/etc/systemd/system/containerd.service.d/limits.conf", 5)


def _kills(name: str, mode: str) -> Node:
    seen = node(name)
    unit = known(known(seen.containerd).unit)
    assert isinstance(unit, Unit)
    return with_containerd(seen, unit=unit._replace(kill_mode=Setting(mode, DROP_IN)))


@pytest.mark.parametrize("name", [HEALTHY, HOST], ids=["with a kubelet", "without one"])
@pytest.mark.parametrize(
    ("mode", "want"),
    [("process", "pass"), ("none", "pass"), ("control-group", "error"), ("mixed", "error")],
)
def test_what_ends_with_the_daemon(name: str, mode: str, want: str) -> None:
    assert verdict(containerd_unit_killmode, _kills(name, mode)) == want


def test_the_line_that_sets_it_is_shown() -> None:
    shown = evidence(containerd_unit_killmode, _kills(HEALTHY, "mixed"))["KillMode"]
    assert (shown.value, shown.expected, shown.source) == ("mixed", "process", DROP_IN)


def test_no_unit_kills_nothing_and_an_unseen_one_is_unknown() -> None:
    assert verdict(containerd_unit_killmode, with_containerd(node(HEALTHY), unit=None)) == "pass"
    unseen = with_containerd(node(HEALTHY), unit=Missing("not root"))
    assert result(containerd_unit_killmode, unseen).reason == "not root"
