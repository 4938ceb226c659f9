"""The kubelet that runs and the one on disk are two releases until it is restarted."""

from __future__ import annotations

from checks.kubelet.release import kubelet_replaced_on_disk
from checks.runtime.target import runtime_target_too_new_for_docker
from tests.checks.changed import (
    BEFORE,
    HEALTHY,
    evidence,
    of_release,
    result,
    verdict,
    with_kubelet,
)
from tests.laws.nodes import FIXES, look, node
from unshim.judge.chain import chain
from unshim.judge.verdict import versions
from unshim.model.values import Missing, known

REPLACED = "containerd-kubelet-1.27-over-a-running-1.23"


def test_the_header_and_the_chain_name_the_one_that_runs() -> None:
    assert FIXES
    seen = look(REPLACED).node
    assert "kubelet 1.23.1 (1.27.7 on disk)" in versions(seen)
    assert chain(seen, ())[0].detail == "1.23.1"


def test_both_are_shown_and_what_the_next_start_is() -> None:
    shown = evidence(kubelet_replaced_on_disk, node(REPLACED))
    assert (shown["runs"].value, shown["on disk"].value) == ("1.23.1", "1.27.7")
    (finding,) = result(kubelet_replaced_on_disk, node(REPLACED)).findings
    assert finding.hurts == "The running 1.23.1 goes on; its next start is that of 1.27.7."


def test_the_same_release_again_is_no_finding() -> None:
    """Recorded: a program that was replaced still answers by the name that its process has."""
    seen = node("containerd-kubelet-replaced")
    assert any(change.what == "binary" for change in known(known(seen.kubelet).staged))
    assert known(known(seen.kubelet).running_version).source.where == "process kubelet"
    assert verdict(kubelet_replaced_on_disk, seen) == "pass"
    assert "kubelet 1.20.2" in versions(seen)


def test_a_kubelet_that_does_not_run_has_no_other_release() -> None:
    seen = with_kubelet(node(REPLACED), process=None)
    assert verdict(kubelet_replaced_on_disk, seen) == "pass"
    assert chain(seen, ())[0].detail == "1.27.7"


def test_a_release_that_does_not_answer_is_unknown() -> None:
    seen = with_kubelet(node(HEALTHY), running_version=Missing("it was replaced"))
    assert result(kubelet_replaced_on_disk, seen).reason == "it was replaced"
    assert "kubelet ? (1.20.2 on disk)" in versions(seen)


def test_what_is_lost_with_dockershim_is_told_of_the_next_start() -> None:
    old = of_release((1, 20), "process kubelet")
    seen = with_kubelet(node(BEFORE), version=of_release((1, 24)), running_version=old)
    (finding,) = result(runtime_target_too_new_for_docker, seen).findings
    assert finding.hurts == "The kubelet 1.20.4 that runs goes on; its next start fails."
    assert evidence(runtime_target_too_new_for_docker, seen)["kubelet that runs"].value == "1.20.4"
