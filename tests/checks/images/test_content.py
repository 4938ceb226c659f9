"""Images whose parts are not all there: which count, by which name, and how much it hurts."""

from __future__ import annotations

import pytest

from checks.images.content import images_incomplete
from tests.checks.changed import HEALTHY, HOST, SOCKET, result, verdict
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.values import Missing, Origin, Source

PART = Image(
    "k8s.io",
    "docker.io/library/web:1",
    "sha256:1",
    1,
    Completeness.INCOMPLETE,
    present=1,
    required=3,
    missing=("sha256:a", "sha256:b"),
    unpacked=False,
)
BARE = PART._replace(completeness=Completeness.UNAVAILABLE, present=0, required=0, missing=())


def _node(*images: Image, name: str = HEALTHY) -> Node:
    return node(name)._replace(images=Images(images, frozenset()))


@pytest.mark.parametrize(
    ("image", "name", "want"),
    [
        pytest.param(PART, HEALTHY, "error", id="parts are not there"),
        pytest.param(PART, HOST, "warning", id="and no kubelet starts it"),
        pytest.param(BARE, HEALTHY, "error", id="nothing is there"),
        pytest.param(PART._replace(unpacked=True), HEALTHY, "info", id="it is unpacked and runs"),
        pytest.param(PART._replace(unpacked=None), HEALTHY, "error", id="that is not known"),
        pytest.param(
            PART._replace(completeness=Completeness.COMPLETE), HEALTHY, "pass", id="all is there"
        ),
        pytest.param(PART._replace(namespace="moby"), HEALTHY, "pass", id="Docker's own"),
        pytest.param(
            PART._replace(completeness=Completeness.UNKNOWN), HEALTHY, "unknown", id="unread"
        ),
    ],
)
def test_what_hurts(image: Image, name: str, want: str) -> None:
    assert verdict(images_incomplete, _node(image, name=name)) == want


@pytest.mark.parametrize(
    ("image", "summary"),
    [
        (PART, "web:1 is incomplete: 1 of 3 parts"),
        (BARE, "web:1 has a tag but no content"),
        (PART._replace(unpacked=True), "web:1 has 2 layer(s) only in unpacked form"),
    ],
)
def test_how_it_is_told(image: Image, summary: str) -> None:
    (finding,) = result(images_incomplete, _node(image)).findings
    assert finding.summary == summary


def test_what_is_not_in_the_store_is_named_up_to_eight() -> None:
    digests = tuple(f"sha256:{i}" for i in range(9))
    (finding,) = result(images_incomplete, _node(PART._replace(missing=digests))).findings
    lost = [e for e in finding.evidence if e.what == "not in the store"]
    assert [e.value for e in lost] == list(digests[:8])
    parts = next(e for e in finding.evidence if e.what == "parts present")
    assert (parts.value, parts.expected) == ("1 of 3", "3")
    assert parts.source == Source(Origin.DAEMON, SOCKET)


def test_a_name_without_content_has_no_parts_to_count() -> None:
    (finding,) = result(images_incomplete, _node(BARE)).findings
    assert [e.what for e in finding.evidence] == ["image"]


def test_one_image_of_several_names_is_told_once_by_the_name_of_a_person() -> None:
    """A digest would come first in the order of names."""
    tagged = PART._replace(name="web.example.org/web:1")
    findings = result(images_incomplete, _node(PART._replace(name="sha256:1"), tagged)).findings
    assert [f.evidence[0].value for f in findings] == ["web.example.org/web:1"]


def test_another_digest_is_another_finding() -> None:
    seen = _node(PART, PART._replace(name="docker.io/library/api:1", digest="sha256:2"))
    findings = result(images_incomplete, seen).findings
    assert [f.evidence[0].value for f in findings] == ["api:1", "web:1"]


def test_one_that_could_not_be_read_hides_none_that_is_broken() -> None:
    unread = PART._replace(completeness=Completeness.UNKNOWN, name="a:1", digest="sha256:2")
    assert verdict(images_incomplete, _node(unread, PART)) == "error"
    assert result(images_incomplete, _node(unread)).reason == (
        "the content of a:1 could not be read"
    )


def test_images_that_could_not_be_listed_leave_it_unknown() -> None:
    unlisted = node(HEALTHY)._replace(images=Missing("not root"))
    assert result(images_incomplete, unlisted).reason == "not root"
