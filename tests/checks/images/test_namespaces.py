"""Images that pods name and the kubelet cannot see: by namespace, by name, by pull policy."""

from __future__ import annotations

import pytest

from checks.images.namespaces import images_wrong_namespace
from tests.checks.changed import BEFORE, HEALTHY, SOCKET, evidence, result, verdict
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.parts.pods import PodImage, StaticPod
from unshim.model.values import Missing, Origin, Source

WEB = "docker.io/library/web:1"
MANIFEST = Source(Origin.FILE, "/etc/kubernetes/manifests/web.yaml", 13)
SECOND = Source(Origin.FILE, "/etc/kubernetes/manifests/other.yaml", 9)


def _image(namespace: str, name: str = WEB) -> Image:
    return Image(namespace, name, "sha256:1", 1, Completeness.COMPLETE, 3, 3)


def _node(*images: Image, pods: tuple[PodImage, ...] | None = None, name: str = HEALTHY) -> Node:
    """A node with these images, and a static pod for each of these names."""
    named = (PodImage(WEB, "Never", MANIFEST),) if pods is None else pods
    static = tuple(StaticPod(i.source.where, "a", "default", (i,)) for i in named)
    return node(name)._replace(images=Images(images, frozenset()), static_pods=static)


@pytest.mark.parametrize(
    ("spaces", "want"),
    [
        pytest.param(["k8s.io"], "pass", id="it is where the kubelet looks"),
        pytest.param(["default", "k8s.io"], "pass", id="it is there too"),
        pytest.param([], "pass", id="it is nowhere, and is simply pulled"),
        pytest.param(["default"], "error", id="it is elsewhere only"),
        pytest.param(["moby"], "error", id="it is in Docker's"),
    ],
)
def test_where_an_image_lies(spaces: list[str], want: str) -> None:
    assert verdict(images_wrong_namespace, _node(*map(_image, spaces))) == want


@pytest.mark.parametrize(
    ("policies", "want", "hurts"),
    [
        (["Never"], "error", "ErrImageNeverPull"),
        (["IfNotPresent"], "warning", "downloads it again"),
        (["Always"], "warning", "downloads it again"),
        (["Always", "Never"], "error", "ErrImageNeverPull"),
        (["Never", "Always"], "error", "ErrImageNeverPull"),
    ],
    ids=" and ".join,
)
def test_one_pod_that_may_not_pull_is_enough(policies: list[str], want: str, hurts: str) -> None:
    pods = tuple(PodImage(WEB, policy, MANIFEST) for policy in policies)
    seen = _node(_image("default"), pods=pods)
    assert verdict(images_wrong_namespace, seen) == want
    (finding,) = result(images_wrong_namespace, seen).findings
    assert hurts in finding.hurts


@pytest.mark.parametrize(
    "name", ["web:1", "docker.io/web:1", "library/web:1", "docker.io/library/web:1"]
)
def test_a_short_name_is_the_same_image(name: str) -> None:
    pods = (PodImage(name, "Never", MANIFEST),)
    assert verdict(images_wrong_namespace, _node(_image("k8s.io"), pods=pods)) == "pass"
    assert verdict(images_wrong_namespace, _node(_image("default"), pods=pods)) == "error"


def test_another_tag_is_another_image() -> None:
    pods = (PodImage("web:2", "Never", MANIFEST),)
    assert verdict(images_wrong_namespace, _node(_image("default"), pods=pods)) == "pass"


def test_an_image_that_no_pod_names_is_somebody_s_own() -> None:
    assert verdict(images_wrong_namespace, _node(_image("default"), pods=())) == "pass"


def test_every_manifest_and_every_namespace_is_shown() -> None:
    pods = (PodImage(WEB, "Never", MANIFEST), PodImage("web:1", "Never", SECOND))
    seen = _node(_image("moby"), _image("default"), pods=pods)
    (finding,) = result(images_wrong_namespace, seen).findings
    assert finding.summary == "web:1 is in default, moby, not in k8s.io"
    assert [e.source for e in finding.evidence if e.what == "named by"] == [MANIFEST, SECOND]
    spaces = evidence(images_wrong_namespace, seen)["namespaces that have it"]
    assert (spaces.value, spaces.expected) == ("default, moby", "k8s.io")
    assert spaces.source == Source(Origin.DAEMON, SOCKET)


def test_each_image_is_a_finding_of_its_own_in_the_order_of_names() -> None:
    pods = (PodImage("b:1", "Never", MANIFEST), PodImage("a:1", "Always", SECOND))
    images = (_image("default", "docker.io/library/b:1"), _image("moby", "docker.io/library/a:1"))
    findings = result(images_wrong_namespace, _node(*images, pods=pods)).findings
    assert [f.summary.split()[0] for f in findings] == ["a:1", "b:1"]


def test_before_the_migration_it_is_not_asked_and_unseen_pods_leave_it_unknown() -> None:
    moved = _node(_image("default"), name=BEFORE)
    assert verdict(images_wrong_namespace, moved) == "not-applicable"
    unseen = _node(_image("default"))._replace(static_pods=Missing("not root"))
    assert result(images_wrong_namespace, unseen).reason == "not root"
