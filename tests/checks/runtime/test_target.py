"""The release of the kubelet on disk, against the runtime that it is set to use."""

from __future__ import annotations

import pytest

from checks.runtime.target import runtime_target_too_new_for_docker
from tests.checks.changed import (
    BEFORE,
    FLAGS,
    HEALTHY,
    evidence,
    of_release,
    result,
    uses,
    verdict,
    with_kubelet,
)
from tests.laws.nodes import node
from unshim.model.machine import Runtime
from unshim.model.values import Missing


@pytest.mark.parametrize(
    ("minor", "runtime", "want"),
    [
        (23, Runtime.DOCKERSHIM, "pass"),
        (24, Runtime.DOCKERSHIM, "error"),
        (30, Runtime.DOCKERSHIM, "error"),
        (24, Runtime.CRI_DOCKERD, "pass"),
        (24, Runtime.CONTAINERD, "not-applicable"),
        (24, Runtime.OTHER, "not-applicable"),
    ],
)
def test_the_first_release_without_dockershim(minor: int, runtime: Runtime, want: str) -> None:
    seen = with_kubelet(node(BEFORE), version=of_release((1, minor)))
    assert verdict(runtime_target_too_new_for_docker, uses(seen, runtime)) == want


def test_both_facts_are_shown_with_their_places() -> None:
    seen = with_kubelet(node(BEFORE), version=of_release((1, 24), "kubelet --version"))
    shown = evidence(runtime_target_too_new_for_docker, uses(seen, Runtime.DOCKERSHIM))
    assert (shown["kubelet version"].value, str(shown["kubelet version"].source)) == (
        "1.24.4",
        "kubelet --version",
    )
    assert (shown["runtime"].value, shown["runtime"].source) == ("dockershim", FLAGS)


def test_a_kubelet_that_still_runs_is_lost_only_at_its_next_start() -> None:
    seen = with_kubelet(node(BEFORE), version=of_release((1, 24)))
    (runs,) = result(runtime_target_too_new_for_docker, seen).findings
    stopped = with_kubelet(seen, process=None)
    (stands,) = result(runtime_target_too_new_for_docker, stopped).findings
    assert runs.hurts == "The kubelet 1.20.2 that runs goes on; its next start fails."
    same = with_kubelet(seen, running_version=of_release((1, 24)))
    (unclear,) = result(runtime_target_too_new_for_docker, same).findings
    assert "at its next restart" in unclear.hurts
    assert stands.hurts == "The kubelet does not start."


def test_a_release_that_is_not_known_leaves_it_unknown() -> None:
    seen = with_kubelet(node(BEFORE), version=Missing("it did not answer"))
    assert result(runtime_target_too_new_for_docker, seen).reason == "it did not answer"


def test_it_means_nothing_once_the_node_is_moved() -> None:
    seen = with_kubelet(node(HEALTHY), version=of_release((1, 24)))
    assert verdict(runtime_target_too_new_for_docker, seen) == "not-applicable"
