"""A socket of containerd's is containerd's, even where it is called dockershim.sock."""

from __future__ import annotations

import pytest

from checks.kubelet.dockershim import kubelet_dockershim_reference
from checks.runtime.socket import containerd_socket_named_dockershim
from tests.checks.changed import BEFORE, HEALTHY, evidence, of_release, verdict, with_kubelet
from tests.laws.nodes import node, results
from unshim.judge.chain import chain
from unshim.model.checks import Severity
from unshim.model.machine import Runtime
from unshim.model.values import known

TAKEN = "containerd-listens-where-dockershim-did"


@pytest.mark.parametrize(("minor", "want"), [(20, "warning"), (23, "warning"), (24, "info")])
def test_it_misleads_while_there_is_a_dockershim_to_be_taken_for(minor: int, want: str) -> None:
    seen = with_kubelet(node(TAKEN), version=of_release((1, minor)))
    assert verdict(containerd_socket_named_dockershim, seen) == want


def test_both_settings_are_shown() -> None:
    shown = evidence(containerd_socket_named_dockershim, node(TAKEN))
    assert shown["runtime endpoint"].value == "unix:///run/dockershim.sock"
    assert shown["containerd's address"].value == "/run/dockershim.sock"


@pytest.mark.parametrize("name", [HEALTHY, BEFORE])
def test_other_sockets_pass(name: str) -> None:
    assert verdict(containerd_socket_named_dockershim, node(name)) == "pass"


def test_such_a_node_runs_its_pods_on_containerd() -> None:
    assert known(node(TAKEN).runtime).value is Runtime.CONTAINERD
    assert [hop.name for hop in chain(node(TAKEN), ())][:2] == ["kubelet", "CRI"]
    assert verdict(kubelet_dockershim_reference, node(TAKEN)) == "pass"


def test_nothing_is_said_there_of_a_docker_that_runs_no_pod() -> None:
    told = {
        i for i, r in results(TAKEN).items() if r.severity in (Severity.ERROR, Severity.WARNING)
    }
    assert told == {"containerd-socket-named-dockershim"}
