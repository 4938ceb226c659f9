"""The places of a subject: its own reader looks at each of them."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests import NODES
from tests.trees import installed, recorded, tree
from unshim.facts.gather import gather
from unshim.facts.places import Places, joined
from unshim.facts.subjects import SUBJECTS, Subject, named
from unshim.host.once import RecordingHost
from unshim.record.recorded import RecordedHost

WITH_PLACES = [subject for subject in SUBJECTS if subject.places]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The paths that are asked for on nodes with much and with nothing, by the kind of question."""
    asked: dict[str, set[str]] = defaultdict(set)
    empty = tmp_path_factory.mktemp("empty")
    containerd = {"/usr/bin/containerd": "", **installed(containerd="1.7.24~ds1-1")}
    for node in (
        RecordedHost(str(NODES / "dockershim")),
        RecordedHost(str(NODES / "containerd-healthy")),
        recorded(empty / "a", paths={}, processes=[]),
        tree(empty / "b", containerd),
    ):
        host = RecordingHost(node)
        gather(host)
        for kind in ("stat", "read", "list"):
            asked[kind] |= {question[0] for question in host.answers(kind)}
    return asked


@pytest.mark.parametrize("subject", WITH_PLACES, ids=[subject.name for subject in WITH_PLACES])
def test_the_reader_looks_at_each_place(subject: Subject, asked: dict[str, set[str]]) -> None:
    places: Places = named(subject.places)
    assert set(places.read) | set(places.large) <= asked["read"]
    assert set(places.stat) <= asked["stat"] | asked["read"]
    for folder in places.boot:
        assert f"/etc/{folder}" in asked["list"]


def test_places_are_joined_kind_by_kind() -> None:
    both = joined(Places(stat=("/a",), boot=("x.d",)), Places(stat=("/b",), read=("/c",)))
    assert both == Places(stat=("/a", "/b"), read=("/c",), boot=("x.d",))
