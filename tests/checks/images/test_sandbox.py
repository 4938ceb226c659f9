"""The image of sandboxes: which one counts, and how much it hurts that it is not there."""

from __future__ import annotations

import pytest

from checks.images.sandbox import sandbox_image, sandbox_image_missing
from checks.workload.static_pods import static_pods_not_running
from tests.checks.changed import HEALTHY, SOCKET, evidence, result, verdict
from tests.laws.nodes import node
from unshim.judge.verdict import verdict as told
from unshim.model.checks import Outcome
from unshim.model.node import Node
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.session import Look
from unshim.model.values import Missing, Origin, known

NAMES = ("containerd-without-the-sandbox-image", "containerd-2.1-without-the-sandbox-image")
PAUSE = "k8s.gcr.io/pause:3.2"


def _with_images(seen: Node, *images: tuple[str, str]) -> Node:
    made = (
        Image(space, name, "sha256:1", 1, Completeness.COMPLETE, 1, 1, (), unpacked=True)
        for space, name in images
    )
    return seen._replace(images=Images(tuple(made), frozenset()))


@pytest.mark.parametrize("name", NAMES)
def test_a_real_node_without_it_starts_no_pod_and_says_why(name: str) -> None:
    assert verdict(sandbox_image_missing, node(name)) == "error"
    assert evidence(sandbox_image_missing, node(name))["sandbox image"].value == PAUSE
    (down,) = result(static_pods_not_running, node(name)).findings
    assert down.follows is sandbox_image_missing
    results = tuple(result(c, node(name)) for c in (static_pods_not_running, sandbox_image_missing))
    said = told(Look(node(name), results, 0.0), ())
    assert f"the sandbox image {PAUSE} is not on this node" in said.sentence


def test_1_x_tells_the_one_that_counts_and_of_2_x_the_file_is_read() -> None:
    first, second = (sandbox_image(node(name)) for name in NAMES)
    assert first.source.where == SOCKET and first.source.origin is Origin.DAEMON
    assert second.source.origin is Origin.FILE


@pytest.mark.parametrize(
    ("images", "want"),
    [
        pytest.param((("k8s.io", PAUSE),), "pass", id="there"),
        pytest.param((("default", PAUSE),), "warning", id="in another namespace"),
        pytest.param((("k8s.io", "k8s.gcr.io/pause:3.6"),), "warning", id="another one"),
    ],
)
def test_while_pods_run_it_is_a_warning(images: tuple[tuple[str, str], ...], want: str) -> None:
    assert verdict(sandbox_image_missing, _with_images(node(HEALTHY), *images)) == want


def test_images_that_were_not_seen_are_not_missing_ones() -> None:
    seen = node(NAMES[0])._replace(images=Missing("not asked"))
    assert result(sandbox_image_missing, seen).outcome is Outcome.UNKNOWN
    (down,) = result(static_pods_not_running, seen).findings
    assert down.follows is None


def test_a_pod_that_runs_elsewhere_is_no_pod_of_this_image() -> None:
    assert verdict(sandbox_image_missing, node("dockershim")) == "not-applicable"
    assert known(node(HEALTHY).containerd).socket.path == SOCKET
