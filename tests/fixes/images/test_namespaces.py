"""Images shared with the kubelet's namespace: which copy is taken, and which is refused."""

from __future__ import annotations

import pytest

from checks.images.namespaces import images_wrong_namespace
from tests.checks.changed import FILE, HEALTHY, SOCKET
from tests.fixes.carried_out import refusal, steps
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.parts.pods import PodImage, StaticPod
from unshim.model.steps import ShareImage

NAME = "docker.io/library/web:1"
WHOLE, PART = Completeness.COMPLETE, Completeness.INCOMPLETE


def _image(namespace: str, state: Completeness = WHOLE, name: str = NAME) -> Image:
    blobs = (f"sha256:{namespace}",)
    return Image(namespace, name, f"sha256:of-{namespace}", 1, state, 1, 1, blobs=blobs)


def _node(*images: Image, names: tuple[str, ...] = ("web:1",)) -> Node:
    named = tuple(PodImage(name, "Never", FILE) for name in names)
    pods = (StaticPod("/a.yaml", "web", "default", named),)
    return node(HEALTHY)._replace(images=Images(images, frozenset()), static_pods=pods)


@pytest.mark.parametrize(
    ("images", "source"),
    [
        pytest.param([_image("moby"), _image("default")], "default", id="default before others"),
        pytest.param([_image("default", PART), _image("moby")], "moby", id="a whole one first"),
        pytest.param([_image("zoo"), _image("build")], "build", id="else the first by name"),
    ],
)
def test_the_copy_that_is_shared(images: list[Image], source: str) -> None:
    (step,) = steps(images_wrong_namespace, _node(*images))
    blobs = (f"sha256:{source}",)
    shared = ShareImage(SOCKET, source, "k8s.io", NAME, f"sha256:of-{source}", blobs)
    assert step == shared


def test_what_lacks_parts_is_refused_with_the_pull() -> None:
    refused = refusal(images_wrong_namespace, _node(_image("default", PART)))
    assert refused.reason == "web:1 is not complete in default"
    assert refused.by_hand == (f"ctr -n k8s.io images pull {NAME}",)


def test_what_is_there_is_nowhere_or_is_named_twice_makes_no_step_more() -> None:
    api = _image("default", name="docker.io/library/api:1")
    seen = _node(_image("k8s.io"), _image("default"), api, names=("web:1", "api:1", "api:1", "x:1"))
    shared = [s.name for s in steps(images_wrong_namespace, seen) if isinstance(s, ShareImage)]
    assert shared == ["docker.io/library/api:1"]
