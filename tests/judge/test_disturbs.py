"""What a fix disturbs on a node is said beside a finding, and may never stand in its way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.laws import nodes
from unshim.judge.disturbs import (
    WORDS,
    Cures,
    at_most,
    cure_by,
    describe_cure,
    disturbed_by,
)
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix, FixFunction, Refused
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile
from unshim.model.values import Missing, Unknown

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


def _lacks(_: Node) -> Iterator[Step]:
    raise Unknown(Missing("not root"))
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
        (_refuses, "not yet: not now"),
        (_lacks, "not yet: not enough is known to do it safely: not root"),
        (_breaks, "not yet: ZeroDivisionError in the fix itself, please report it"),
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


def test_where_no_node_is_known_the_most_is_said_as_such() -> None:
    assert at_most(_fix(Disturbs.KUBELET)) == "at most: restarts the kubelet, pods keep running"
    assert at_most(_fix(Disturbs.NOTHING)) == "disturbs nothing"


def test_a_cure_is_judged_when_it_is_asked_for_and_once() -> None:
    runs: list[str] = []

    def counts(_: Node) -> Iterator[Step]:
        runs.append("run")
        yield WRITE

    cures = Cures([_fix(Disturbs.NOTHING, counts)], NODE)
    assert ("c" in cures, "d" in cures, list(cures), len(cures)) == (True, False, ["c"], 1)
    assert runs == []
    assert cures["c"] is cures["c"]
    assert describe_cure(cures["c"]) == "disturbs nothing, 1 file"
    assert cures.get("d") is None
    assert runs == ["run"]


@pytest.mark.parametrize(
    ("refused", "first"),
    [
        (Refused("not drained", ("do it",), first=("kubectl drain x",)), ("kubectl drain x",)),
        (Refused("in use", ("unshim apply another",)), ("unshim apply another",)),
        (Refused("in use", ("do it", "unshim apply another")), ()),
    ],
)
def test_what_would_be_refused_says_what_comes_first(
    refused: Refused, first: tuple[str, ...]
) -> None:
    def run(_: Node) -> Iterator[Step]:
        raise refused
        yield

    cure = cure_by(_fix(Disturbs.DRAIN, run), NODE)
    assert (cure.refused, cure.first) == (refused.reason, first)
    assert cure.disturbs is Disturbs.DRAIN


def test_where_a_distribution_writes_the_files_a_fix_is_not_offered() -> None:
    managed = NODE._replace(machine=NODE.machine._replace(manager="k3s"))
    cure = cure_by(_fix(Disturbs.NOTHING, _writes), managed)
    assert cure.refused.startswith("k3s writes this node's files itself")
