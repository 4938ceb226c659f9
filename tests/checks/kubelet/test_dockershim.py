"""What still names dockershim: how much it hurts by release, and what is shown of it."""

from __future__ import annotations

import pytest

from checks.kubelet.dockershim import kubelet_dockershim_reference
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
    with_settings,
)
from tests.laws.nodes import node
from unshim.model.machine import Reference, Runtime
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source

NAMED = Reference("--docker-endpoint=unix:///var/run/docker.sock", FLAGS)


def _names_it(seen: Node, minor: int) -> Node:
    """A node with one line that names dockershim, of a kubelet of this minor release."""
    return with_kubelet(seen, dockershim_references=(NAMED,), version=of_release((1, minor)))


@pytest.mark.parametrize(
    ("name", "minor", "want"),
    [
        pytest.param(BEFORE, 20, "warning", id="in use and served"),
        pytest.param(BEFORE, 23, "warning", id="in use by the last that serves it"),
        pytest.param(BEFORE, 24, "error", id="in use by the first that does not"),
        pytest.param(HEALTHY, 23, "warning", id="a leftover where it could be used"),
        pytest.param(HEALTHY, 24, "error", id="a leftover where it is gone"),
    ],
)
def test_it_hurts_more_once_it_is_gone(name: str, minor: int, want: str) -> None:
    assert verdict(kubelet_dockershim_reference, _names_it(node(name), minor)) == want


def test_a_line_is_quoted_with_its_place() -> None:
    shown = evidence(kubelet_dockershim_reference, _names_it(node(HEALTHY), 24))
    assert (shown["line"].value, shown["line"].source) == (NAMED.text, FLAGS)
    assert shown["kubelet version"].value == "1.24.4"


def test_what_it_leads_to_is_told_apart() -> None:
    def hurts(seen: Node) -> str:
        (finding,) = result(kubelet_dockershim_reference, seen).findings
        return finding.hurts

    assert "does not start" in hurts(_names_it(node(BEFORE), 24))
    assert "1.24 and later cannot run" in hurts(_names_it(node(BEFORE), 23))
    assert "a socket that is gone" in hurts(_names_it(node(HEALTHY), 24))


def test_it_is_found_where_nothing_says_so() -> None:
    """Up to 1.23 it is the default: what is missing is the evidence."""
    seen = with_kubelet(node(BEFORE), dockershim_references=())
    seen = with_settings(
        seen, Source(Origin.DEFAULT, "default of kubelet 1.25"), containerRuntimeEndpoint=""
    )
    shown = evidence(kubelet_dockershim_reference, seen)
    assert shown["runtime endpoint"].value == "not set"
    assert shown["runtime endpoint"].expected == "unix:///run/containerd/containerd.sock"


def test_the_flag_that_chose_docker_is_shown_and_remote_is_not() -> None:
    docker = with_settings(node(BEFORE), FLAGS, **{"container-runtime": "docker"})
    shown = evidence(kubelet_dockershim_reference, docker)["--container-runtime"]
    assert (shown.value, shown.expected, shown.source) == ("docker", "remote", FLAGS)
    remote = with_settings(node(BEFORE), FLAGS, **{"container-runtime": "remote"})
    assert "--container-runtime" not in evidence(kubelet_dockershim_reference, remote)


def test_an_endpoint_of_another_runtime_is_not_shown_as_dockershim_s() -> None:
    seen = with_settings(node(BEFORE), FLAGS, containerRuntimeEndpoint="unix:///run/crio/crio.sock")
    assert "runtime endpoint" not in evidence(kubelet_dockershim_reference, seen)


def test_a_release_that_is_not_known_leaves_a_warning_that_says_so() -> None:
    seen = with_kubelet(
        node(HEALTHY), dockershim_references=(NAMED,), version=Missing("it did not answer")
    )
    assert verdict(kubelet_dockershim_reference, seen) == "warning"
    shown = evidence(kubelet_dockershim_reference, seen)["kubelet version"]
    assert shown.value == "not known: it did not answer"


@pytest.mark.parametrize(
    ("references", "runtime", "want"),
    [
        pytest.param((), Setting(Runtime.CONTAINERD, FLAGS), "pass", id="nothing names it"),
        pytest.param((), Setting(Runtime.CRI_DOCKERD, FLAGS), "pass", id="cri-dockerd is not it"),
        pytest.param((), Missing("no flags"), "unknown", id="nor is it known what it uses"),
        pytest.param((NAMED,), Missing("no flags"), "warning", id="a line stands by itself"),
        pytest.param(Missing("no"), Setting(Runtime.DOCKERSHIM, FLAGS), "unknown", id="unread"),
    ],
)
def test_what_counts_as_named(
    references: tuple[Reference, ...] | Missing, runtime: Setting[Runtime] | Missing, want: str
) -> None:
    seen = with_kubelet(node(HEALTHY), dockershim_references=references)
    assert verdict(kubelet_dockershim_reference, seen._replace(runtime=runtime)) == want


def test_a_node_without_a_kubelet_is_not_asked() -> None:
    seen = uses(_names_it(node(HEALTHY), 24), Runtime.NONE)
    assert verdict(kubelet_dockershim_reference, seen) == "not-applicable"
