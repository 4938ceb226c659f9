"""What containerd tells of its own deprecations, word for word, and nothing where it tells none."""

from __future__ import annotations

from typing import Any

import pytest

from checks.runtime.deprecations import containerd_deprecations_told
from tests.checks.changed import evidence, verdict, with_containerd
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.values import Missing, Why, known

TELLS = "containerd-2.3-with-a-file-of-1.6"
SILENT = "containerd-2.1-with-kubelet-1.36"


def _running(**facts: Any) -> Node:
    running = known(known(node(TELLS).containerd).running)
    return with_containerd(node(TELLS), running=running._replace(**facts))


def test_a_real_daemon_names_the_mirrors_of_its_file() -> None:
    assert verdict(containerd_deprecations_told, node(TELLS)) == "info"
    shown = evidence(containerd_deprecations_told, node(TELLS))
    assert list(shown) == ["cgroup-v1", "cri-registry-mirrors"]
    assert "Use `config_path` instead." in shown["cri-registry-mirrors"].value


@pytest.mark.parametrize(
    ("told", "want"),
    [
        ((), "pass"),
        (Missing("this release does not tell", Why.NOT_OFFERED), "pass"),
        (Missing("no answer", Why.TIMEOUT), "unknown"),
    ],
)
def test_what_is_not_told(told: object, want: str) -> None:
    assert verdict(containerd_deprecations_told, _running(deprecations=told)) == want


def test_without_cri_nobody_was_asked() -> None:
    gone = Missing("unknown service", Why.NOT_OFFERED)
    assert verdict(containerd_deprecations_told, _running(cri=gone, deprecations=gone)) == "unknown"


def test_a_daemon_with_nothing_to_tell_is_well() -> None:
    assert verdict(containerd_deprecations_told, node(SILENT)) == "pass"
    assert verdict(containerd_deprecations_told, node("containerd-healthy")) == "not-applicable"
