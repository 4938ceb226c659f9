"""Steps of every kind are kept, each once, in the order of their kinds."""

from __future__ import annotations

import itertools
import random

import pytest

from tests.steps import EXAMPLES
from unshim.model.steps import (
    EnableUnit,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WriteFile,
)
from unshim.plan.order import merged

CONTAINERD, DOCKER, KUBELET = "containerd.service", "docker.service", "kubelet.service"
SHARE = ShareImage("/s", "default", "k8s.io", "busybox", "sha256:a")
IN_ORDER: tuple[Step, ...] = (
    StopUnit("other.service"),
    StopUnit(KUBELET),
    StopUnit(DOCKER),
    StopUnit(CONTAINERD),
    EnableUnit(DOCKER, False),
    MaskUnit(DOCKER),
    WriteFile("/etc/x", b"", b"x"),
    ReloadSystemd(),
    MaskUnit(KUBELET, False),
    EnableUnit(KUBELET),
    SHARE,
    StartUnit(CONTAINERD),
    RestartUnit(DOCKER),
    StartUnit(KUBELET),
)


@pytest.mark.parametrize("step", EXAMPLES, ids=repr)
def test_a_step_alone_stays(step: Step) -> None:
    assert merged([step]) == (step,)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_order_they_come_in_they_are_carried_out_in_that_of_their_kinds(seed: int) -> None:
    mixed = list(IN_ORDER) * 2
    random.Random(seed).shuffle(mixed)
    assert merged(mixed) == IN_ORDER


def test_steps_of_two_kinds_on_one_unit_both_stay() -> None:
    kinds: tuple[Step, ...] = (
        StopUnit(DOCKER),
        RestartUnit(DOCKER),
        StartUnit(DOCKER),
        MaskUnit(DOCKER),
    )
    for one, other in itertools.permutations(kinds, 2):
        assert set(merged([one, other])) == {one, other}


def test_writes_of_one_file_are_one_write_from_its_first_to_its_last_bytes() -> None:
    first = WriteFile("/etc/x", None, b"a", 0o600)
    second = WriteFile("/etc/x", b"a", b"b")
    other = WriteFile("/etc/y", b"", b"y")
    assert merged([first, other, second]) == (WriteFile("/etc/x", None, b"b", 0o600), other)


def test_a_file_that_ends_as_it_was_is_not_written() -> None:
    there, back = WriteFile("/etc/x", b"a", b"b"), WriteFile("/etc/x", b"b", b"a")
    assert merged([there, back]) == ()
    assert merged([there, back, there]) == (there,)


def test_of_two_wishes_for_one_unit_the_last_holds() -> None:
    on, off = EnableUnit(DOCKER), EnableUnit(DOCKER, False)
    assert merged([on, off]) == (off,)
    assert merged([off, on]) == (on,)
    assert merged([MaskUnit(DOCKER), MaskUnit(DOCKER, False)]) == (MaskUnit(DOCKER, False),)


def test_a_merged_plan_merged_again_is_the_same() -> None:
    once = merged([*EXAMPLES, *IN_ORDER])
    assert merged(once) == once
