"""What a fix disturbs on a node is said beside a finding, and may never stand in its way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.laws import nodes
from unshim.judge.disturbs import (
    WORDS,
    Cures,
    cure_by,
    describe_cure,
    describe_cure_of,
    disturbed_by,
)
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix, FixFunction, Refused
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile

NODE = nodes.node("containerd-healthy")
WRITE = WriteFile("/etc/x", None, b"x")
RESTARTS = {name: RestartUnit(f"{name}.service") for name in ("kubelet", "containerd")}


def _writes(_: Node) -> Iterator[Step]:
    yield WRITE
    yield WRITE


def _restarts(node: Node) -> Iterator[Step]:
    yield from _writes(node)
    yield WriteFile("/etc/y", None, b"y")
    yield RESTARTS["kubelet"]


def _refuses(_: Node) -> Iterator[Step]:
    raise Refused("not now")
    yield


def _breaks(_: Node) -> Iterator[Step]:
    raise ZeroDivisionError
    yield


def _no_steps(_: Node) -> Iterator[Step]:
    yield from ()


def _fix(disturbs: Disturbs, run: FixFunction = _no_steps) -> Fix:
    return Fix("f", "c", "t", "e", disturbs, run)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (_writes, "disturbs nothing, 1 file"),
        (_restarts, "restarts the kubelet, pods keep running, 2 files"),
        (_refuses, "restarts the kubelet, pods keep running"),
        (_breaks, "restarts the kubelet, pods keep running"),
        (_no_steps, "disturbs nothing"),
    ],
)
def test_a_cure_says_what_its_steps_disturb_on_this_node(run: FixFunction, words: str) -> None:
    assert describe_cure(cure_by(_fix(Disturbs.KUBELET, run), NODE)) == words


@pytest.mark.parametrize(
    ("declared", "steps", "really"),
    [
        ((), (), Disturbs.NOTHING),
        ((Disturbs.KUBELET,), (WRITE,), Disturbs.NOTHING),
        ((Disturbs.CONTAINERD,), (RESTARTS["kubelet"],), Disturbs.KUBELET),
        ((Disturbs.CONTAINERD,), tuple(RESTARTS.values()), Disturbs.CONTAINERD),
        ((Disturbs.NOTHING, Disturbs.DRAIN), (), Disturbs.DRAIN),
        ((Disturbs.REBOOT,), (ReloadSystemd(),), Disturbs.REBOOT),
    ],
)
def test_steps_disturb_what_they_restart_and_a_drain_stays_one(
    declared: tuple[Disturbs, ...], steps: tuple[Step, ...], really: Disturbs
) -> None:
    assert disturbed_by([_fix(d) for d in declared], steps) is really


def test_all_that_may_be_disturbed_has_words() -> None:
    assert set(WORDS) == set(Disturbs)


def test_a_cure_is_judged_when_it_is_asked_for_and_once() -> None:
    runs: list[str] = []

    def counts(_: Node) -> Iterator[Step]:
        runs.append("run")
        yield WRITE

    cures = Cures([_fix(Disturbs.NOTHING, counts)], NODE)
    assert ("c" in cures, "d" in cures, list(cures), len(cures)) == (True, False, ["c"], 1)
    assert runs == []
    assert cures["c"] is cures["c"]
    assert describe_cure_of(cures, "c") == "disturbs nothing, 1 file"
    assert describe_cure_of(cures, "d") == ""
    assert runs == ["run"]
