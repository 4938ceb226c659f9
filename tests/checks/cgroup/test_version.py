"""Which kubelets refuse cgroup v1, and when they do not."""

from __future__ import annotations

import pytest

from checks.cgroup.version import cgroup_v1_refused
from tests.checks.changed import FILE, evidence, of_release, result, verdict, with_kubelet
from tests.checks.changed import with_settings as _set
from tests.laws.nodes import node
from unshim.model.checks import Outcome
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

REFUSES = "containerd-kubelet-1.36-refuses-cgroup-v1"
DEFAULT = Source(Origin.DEFAULT, "default of kubelet")


def _node(line: tuple[int, int], value: bool, source: Source = DEFAULT) -> Node:
    """A machine with cgroup v1 and a kubelet of this line."""
    seen = with_kubelet(node(REFUSES), version=of_release(line))
    return _set(seen, source, failCgroupV1=value)


def test_a_real_kubelet_refuses_it() -> None:
    shown = evidence(cgroup_v1_refused, node(REFUSES))
    assert shown["cgroups of the machine"].value == "v1"
    assert shown["failCgroupV1"].source == Source(Origin.DEFAULT, "default of kubelet 1.36")
    assert verdict(cgroup_v1_refused, node("containerd-2.1-with-kubelet-1.36")) == "pass"


@pytest.mark.parametrize(
    ("line", "value", "source", "want"),
    [
        pytest.param((1, 36), True, DEFAULT, "error", id="by default"),
        pytest.param((1, 35), True, DEFAULT, "error", id="from 1.35 on"),
        pytest.param((1, 36), False, FILE, "pass", id="unless it is told not to"),
        pytest.param((1, 32), True, FILE, "error", id="earlier where it is told to"),
        pytest.param((1, 32), False, DEFAULT, "pass", id="earlier it does not by default"),
        pytest.param((1, 34), False, DEFAULT, "warning", id="the next release will"),
        pytest.param((1, 34), False, FILE, "pass", id="and not where a file says so"),
    ],
)
def test_by_release_and_setting(
    line: tuple[int, int], value: bool, source: Source, want: str
) -> None:
    assert verdict(cgroup_v1_refused, _node(line, value, source)) == want


def test_a_machine_with_cgroup_v2_is_well_and_one_unseen_unknown() -> None:
    seen = _node((1, 36), value=True)
    well = seen._replace(machine=seen.machine._replace(cgroup_version=2))
    assert verdict(cgroup_v1_refused, well) == "pass"
    unseen = seen._replace(machine=seen.machine._replace(cgroup_version=Missing("not seen")))
    assert result(cgroup_v1_refused, unseen).outcome is Outcome.UNKNOWN


def test_a_kubelet_from_before_the_setting_needs_nothing_to_be_known() -> None:
    effective = {**known(node(REFUSES).kubelet).effective, "failCgroupV1": Missing("not known")}
    seen = with_kubelet(node(REFUSES), version=of_release((1, 19)), effective=effective)
    assert verdict(cgroup_v1_refused, seen) == "pass"
    later = with_kubelet(seen, version=Setting(of_release((1, 33)).value, FILE))
    assert result(cgroup_v1_refused, later).outcome is Outcome.UNKNOWN
