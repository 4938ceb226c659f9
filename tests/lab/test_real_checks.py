"""The five checks that were asked for, on real nodes: each fails on a faulty one, and passes on a
sound one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from . import kubelet
from .base import REPOSITORY
from .hostile_states import CANARY
from .node import Node
from .recorded_states import METRICS, STATES
from .states import (
    CONFIG,
    CRICTL,
    CRICTL_YAML,
    DAEMON,
    ROTATING,
    importing,
    kubelet_config,
    running,
)

ASKED = (
    "kubelet-dockershim-reference",
    "cgroup-driver-mismatch",
    "crictl-config-missing",
    "images-wrong-namespace",
    "log-rotation-unset",
)


def outcomes(node: Node, *check_ids: str) -> dict[str, Any]:
    """What these checks come to on a node, by id."""
    done = node.unshim("--report", "json", "--only", ",".join(check_ids))
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return {r["id"]: r["outcome"] for r in json.loads(done.stdout)["results"]}


@pytest.fixture(scope="module")
def sound(node_layers: None) -> Iterator[Node]:
    """A node that was moved to containerd and has nothing wrong."""
    with running(STATES["containerd-healthy"], REPOSITORY, copied=False) as node:
        yield node


@pytest.fixture(scope="module")
def docker_node(node_layers: None) -> Iterator[Node]:
    """A node whose pods run through dockershim."""
    with running(STATES["dockershim"], REPOSITORY, copied=False) as node:
        yield node


def test_all_five_pass_on_a_sound_node(sound: Node) -> None:
    assert outcomes(sound, *ASKED) == dict.fromkeys(ASKED, "pass")


def test_a_node_on_dockershim_is_found(docker_node: Node) -> None:
    check = "kubelet-dockershim-reference"
    assert outcomes(docker_node, check) == {check: "fail"}


def test_docker_without_log_limits_is_found_and_with_them_is_not(docker_node: Node) -> None:
    check = "log-rotation-unset"
    assert outcomes(docker_node, check) == {check: "fail"}
    docker_node.write(DAEMON, ROTATING)
    assert outcomes(docker_node, check) == {check: "pass"}
    docker_node.run(["rm", DAEMON])


def test_different_cgroup_drivers_are_found(sound: Node) -> None:
    check = "cgroup-driver-mismatch"
    sound.write(CONFIG, kubelet_config(cgroups="systemd"))
    assert outcomes(sound, check) == {check: "fail"}
    sound.write(CONFIG, kubelet_config())
    assert outcomes(sound, check) == {check: "pass"}


def test_a_missing_crictl_configuration_is_found(sound: Node) -> None:
    check = "crictl-config-missing"
    sound.run(["rm", CRICTL])
    assert outcomes(sound, check) == {check: "fail"}
    sound.write(CRICTL, CRICTL_YAML)
    assert outcomes(sound, check) == {check: "pass"}


def test_an_image_that_only_default_has_is_found(sound: Node) -> None:
    check = "images-wrong-namespace"
    importing(METRICS.image)(sound)
    assert outcomes(sound, check) == {check: "pass"}, "no pod names it yet"
    path = f"/etc/kubernetes/manifests/{METRICS.name}.yaml"
    sound.write(path, METRICS.manifest())
    assert outcomes(sound, check) == {check: "fail"}
    importing(METRICS.image, "k8s.io")(sound)
    assert outcomes(sound, check) == {check: "pass"}
    kubelet.wait_running(sound, [METRICS])
    sound.run(["rm", path])


def test_logs_on_containerd_without_a_limit_of_their_own_are_found(sound: Node) -> None:
    check = "log-rotation-unset"
    sound.write(CONFIG, kubelet_config(extra=""))
    assert outcomes(sound, check) == {check: "fail"}
    sound.write(CONFIG, kubelet_config())
    assert outcomes(sound, check) == {check: "pass"}


def test_no_secret_of_a_real_node_reaches_an_output(node_layers: None) -> None:
    with running(STATES["containerd-with-secrets"], REPOSITORY, copied=False) as node:
        for argv in (["--report", "text"], ["--report", "json"], ["plan"], ["plan", "-o", "/p"]):
            done = node.unshim(*argv)
            assert CANARY.encode() not in (done.stdout + done.stderr).lower(), argv
        assert CANARY.encode() not in node.read("/p").lower()
