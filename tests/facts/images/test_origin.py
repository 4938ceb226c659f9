"""Who made a pod, by its labels as controllers of Kubernetes give them."""

from __future__ import annotations

import pytest

from unshim.facts.images import origin
from unshim.model.parts.pods import PodOrigin

CONTROLLED = PodOrigin.CONTROLLED


@pytest.mark.parametrize(
    ("source", "labels", "made"),
    [
        ("file", (), PodOrigin.STATIC),
        ("http", ("pod-template-hash",), PodOrigin.STATIC),
        ("api", ("controller-revision-hash", "pod-template-generation"), PodOrigin.DAEMONSET),
        ("api", ("app", "pod-template-hash"), CONTROLLED),
        ("api", ("controller-revision-hash", "statefulset.kubernetes.io/pod-name"), CONTROLLED),
        ("api", ("job-name", "controller-uid"), CONTROLLED),
        ("api", ("batch.kubernetes.io/job-name",), CONTROLLED),
        ("api", ("app", "run"), PodOrigin.OTHER),
        ("", (), PodOrigin.OTHER),
    ],
)
def test_a_pod_is_its_controllers(source: str, labels: tuple[str, ...], made: PodOrigin) -> None:
    assert origin.of(source, labels) is made


def test_a_drain_takes_what_neither_a_file_nor_a_daemonset_made() -> None:
    assert {one for one in PodOrigin if one.drained} == {CONTROLLED, PodOrigin.OTHER}


def test_a_record_keeps_the_labels_that_tell() -> None:
    for name in origin.KEPT:
        assert origin.of("api", [name]) is not PodOrigin.OTHER
