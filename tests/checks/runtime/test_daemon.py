"""Whether containerd runs: process, socket and unit, each of which may be known or not."""

from __future__ import annotations

import pytest

from checks.runtime.daemon import containerd_not_running
from tests.checks.changed import (
    BEFORE,
    HEALTHY,
    HOST,
    SOCKET,
    evidence,
    result,
    verdict,
    with_containerd,
)
from tests.laws.nodes import node
from unshim.model.machine import Process, Socket, SocketState, Unit, UnitState
from unshim.model.node import Node
from unshim.model.values import Missing, Source, known

LISTENS, GONE = Socket(SOCKET, SocketState.LISTENING), Socket(SOCKET, SocketState.ABSENT)
NOT_ROOT = Missing("not root")


def _unit(seen: Node) -> Unit:
    unit = known(known(seen.containerd).unit)
    assert unit is not None
    return unit


def _in_state(seen: Node, **facts: object) -> Node:
    """The same node whose containerd.service is in another state."""
    state = known(_unit(seen).state)
    changed = UnitState(**{**state._asdict(), **facts})
    return with_containerd(seen, unit=_unit(seen)._replace(state=changed))


@pytest.mark.parametrize(
    ("socket", "name", "want"),
    [
        pytest.param(GONE, HEALTHY, "error", id="the kubelet needs it"),
        pytest.param(GONE, BEFORE, "warning", id="the kubelet will need it"),
        pytest.param(GONE, HOST, "warning", id="there is no kubelet"),
        pytest.param(Socket(SOCKET, SocketState.REFUSED), HEALTHY, "error", id="nobody listens"),
        pytest.param(LISTENS, HEALTHY, "pass", id="something listens though no process is seen"),
    ],
)
def test_without_a_process(socket: Socket, name: str, want: str) -> None:
    seen = with_containerd(node(name), process=None, socket=socket)
    assert verdict(containerd_not_running, seen) == want


def test_a_process_alone_runs_whatever_its_socket_is() -> None:
    assert verdict(containerd_not_running, with_containerd(node(HEALTHY), socket=GONE)) == "pass"


def test_a_process_that_was_not_seen_leaves_it_unknown() -> None:
    seen = with_containerd(node(HEALTHY), process=NOT_ROOT)
    assert result(containerd_not_running, seen).reason == "not root"


def test_it_needs_no_word_of_the_kubelet() -> None:
    seen = with_containerd(node(HEALTHY), process=None, socket=GONE)._replace(runtime=NOT_ROOT)
    assert verdict(containerd_not_running, seen) == "error"


@pytest.mark.parametrize(
    ("facts", "want"),
    [
        pytest.param({}, "pass", id="started by its unit"),
        pytest.param({"main_pid": 1}, "warning", id="another process is the unit's"),
        pytest.param({"active": "inactive"}, "warning", id="its unit is stopped"),
        pytest.param({"active": "failed"}, "warning", id="its unit failed"),
        pytest.param({"active": "reloading"}, "warning", id="its unit is not active yet"),
    ],
)
def test_a_process_outside_its_unit(facts: dict[str, object], want: str) -> None:
    assert verdict(containerd_not_running, _in_state(node(HEALTHY), **facts)) == want


def test_it_shows_the_program_that_runs_by_itself() -> None:
    seen = _in_state(node(HEALTHY), active="inactive", sub="dead", main_pid=0)
    process = known(known(seen.containerd).process)
    assert isinstance(process, Process)
    seen = with_containerd(seen, process=process._replace(exe="/opt/bin/containerd"))
    shown = evidence(containerd_not_running, seen)
    assert shown["process"].value == "/opt/bin/containerd"
    assert shown["unit state"].value == "inactive (dead)"


@pytest.mark.parametrize("unit", [None, NOT_ROOT], ids=["no unit", "a unit that was not seen"])
def test_without_a_unit_a_process_stands_outside_of_none(unit: Missing | None) -> None:
    assert verdict(containerd_not_running, with_containerd(node(HEALTHY), unit=unit)) == "pass"


def test_a_unit_whose_state_is_not_known_accuses_nobody() -> None:
    unit = _unit(node(HEALTHY))._replace(state=NOT_ROOT)
    assert verdict(containerd_not_running, with_containerd(node(HEALTHY), unit=unit)) == "pass"


def _stopped(unit: Unit | Missing | None) -> dict[str, tuple[str, Source | None]]:
    """What a stopped containerd with this unit shows."""
    seen = with_containerd(node(HEALTHY), process=None, socket=GONE, unit=unit)
    shown = evidence(containerd_not_running, seen)
    return {what: (item.value, item.source) for what, item in shown.items()}


def test_the_unit_is_shown_as_far_as_it_is_known() -> None:
    unit = _unit(node(HEALTHY))
    assert _stopped(None)["unit"][0] == "none"
    assert _stopped(NOT_ROOT)["unit"] == ("not known: not root", None)
    assert _stopped(unit._replace(state=NOT_ROOT))["unit state"][0] == "not known: not root"
    told = _stopped(unit)
    assert told["starts at boot"][0] == "enabled"
    assert str(told["unit state"][1]) == "containerd.service"
    assert told["process"][0] == "none"


def test_restarts_are_shown_where_there_were_any() -> None:
    unit = _unit(node(HEALTHY))
    assert "restarts" not in _stopped(unit)
    often = unit._replace(state=known(unit.state)._replace(restarts=12))
    assert _stopped(often)["restarts"][0] == "12"
