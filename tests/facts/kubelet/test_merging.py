"""How drop-ins are laid over the file, and what the kubelet makes of the file by itself."""

from __future__ import annotations

import pytest

from unshim.facts.kubelet.merging import loaded, merged
from unshim.model.machine import ParseError
from unshim.model.values import Origin, Setting, Source
from unshim.text import yaml_marks
from unshim.text.marked_settings import settings

DEFAULT = Source(Origin.DEFAULT, "the default")


def _values(path: str, text: str) -> dict[str, Setting[object]]:
    documents = yaml_marks.parse(path, text.encode())
    assert not isinstance(documents, ParseError)
    return dict(settings(path, documents[0])) if documents else {}


def _merged(
    main: str, *over: str, minor: int = 36, file: bool = True
) -> dict[str, Setting[object]]:
    drop_ins = [_values(f"/{number}", text) for number, text in enumerate(over, 1)]
    return merged(loaded(_values("/0", main), minor), drop_ins, minor, DEFAULT, file)


def _plain(found: dict[str, Setting[object]]) -> dict[str, object]:
    return {key: one.value for key, one in found.items() if key not in NOT_ASKED}


NOT_ASKED = ("evictionHard", "serializeImagePulls", "nodeStatusReportFrequency")


@pytest.mark.parametrize("minor", [29, 31, 32, 36])
def test_mappings_join_and_all_else_is_replaced(minor: int) -> None:
    found = _merged(
        "clusterDNS: [a, b]\nmaxPods: 1\nmemorySwap: {swapBehavior: x}\nauthorization:\n"
        "  mode: a\n  webhook: {cacheAuthorizedTTL: 1s, cacheUnauthorizedTTL: 2s}\n",
        "clusterDNS: [c]\nauthorization:\n  webhook: {cacheAuthorizedTTL: 3s}\n",
        "authorization: {mode: b}\nmaxPods: 2\n",
        minor=minor,
    )
    webhook = {"cacheAuthorizedTTL": "3s", "cacheUnauthorizedTTL": "2s"}
    assert _plain(found) == {
        "clusterDNS": ["c"],
        "maxPods": 2,
        "memorySwap": {"swapBehavior": "x"},
        "memorySwap.swapBehavior": "x",
        "authorization": {"mode": "b", "webhook": webhook},
        "authorization.mode": "b",
        "authorization.webhook": webhook,
        "authorization.webhook.cacheAuthorizedTTL": "3s",
        "authorization.webhook.cacheUnauthorizedTTL": "2s",
    }
    sources = {key: str(one.source) for key, one in found.items()}
    assert sources["authorization.webhook.cacheAuthorizedTTL"] == "/1:3"
    assert sources["authorization.webhook.cacheUnauthorizedTTL"] == "/0:6"
    assert sources["authorization.mode"] == "/2:1"


def test_null_takes_away_what_is_below() -> None:
    found = _merged(
        "systemReserved: {cpu: 1m, memory: 1Mi}\nlogging: {format: json}\nmaxPods: 1\n",
        "systemReserved: {cpu: null}\nlogging: null\nmaxPods: null\n",
    )
    assert _plain(found) == {"systemReserved": {"memory": "1Mi"}, "systemReserved.memory": "1Mi"}


def test_null_does_nothing_until_1_31() -> None:
    found = _merged("systemReserved: {cpu: 1m}\nmaxPods: 1\n", "maxPods: null\n", minor=31)
    assert _plain(found)["maxPods"] == 1
    taken = _merged("maxPods: 1\n", "podsPerCore: 5\n", "podsPerCore: null\n", minor=31)
    assert _plain(taken) == {"maxPods": 1}


@pytest.mark.parametrize("minor", [29, 31, 32, 36])
def test_thresholds_join_the_default_ones_of_a_file(minor: int) -> None:
    drop_in = "evictionHard: {memory.available: 1Gi}\n"
    found = _merged("maxPods: 1\n", drop_in, minor=minor)["evictionHard"]
    assert isinstance(found.value, dict)
    assert (found.value["memory.available"], found.value["nodefs.available"]) == ("1Gi", "10%")
    assert str(found.source) == "/1:1"
    own = _merged("evictionHard: {pid.available: 1%}\n", drop_in, minor=minor)["evictionHard"]
    assert own.value == {"pid.available": "1%", "memory.available": "1Gi"}
    alone = _merged("", drop_in, minor=minor, file=False)["evictionHard"]
    assert alone.value == {"memory.available": "1Gi"}


def test_thresholds_that_are_emptied_and_taken_away() -> None:
    empty = _merged("maxPods: 1\n", "evictionHard: {}\n")["evictionHard"]
    assert isinstance(empty.value, dict)
    assert (len(empty.value), empty.source) == (5, DEFAULT)
    gone = _merged("maxPods: 1\n", "evictionHard: null\n")["evictionHard"]
    assert (gone.value, str(gone.source)) == ({}, "/1:1")


@pytest.mark.parametrize(("minor", "count"), [(32, 1), (33, 5)])
def test_the_files_thresholds_join_the_default_ones_where_it_says_so(
    minor: int, count: int
) -> None:
    text = "mergeDefaultEvictionSettings: true\nevictionHard: {memory.available: 1Gi}\n"
    found = loaded(_values("/0", text), minor)["evictionHard"]
    assert isinstance(found.value, dict)
    assert (len(found.value), found.value["memory.available"]) == (count, "1Gi")
    no = loaded(_values("/0", text.replace("true", "false")), minor)["evictionHard"]
    assert no.value == {"memory.available": "1Gi"}


@pytest.mark.parametrize(
    ("main", "over", "serial"),
    [
        ("maxPods: 1\n", "maxPods: 2\n", True),
        ("maxParallelImagePulls: 3\n", "maxPods: 2\n", False),
        ("maxParallelImagePulls: 3\nserializeImagePulls: true\n", "maxPods: 2\n", True),
        ("maxPods: 1\n", "maxParallelImagePulls: 3\n", True),
        ("maxPods: 1\n", "maxParallelImagePulls: 3\nserializeImagePulls: null\n", False),
    ],
)
def test_the_files_count_of_pulls_decides_how_images_are_pulled(
    main: str, over: str, serial: bool
) -> None:
    assert _merged(main, over)["serializeImagePulls"].value is serial


@pytest.mark.parametrize(
    ("main", "over", "report"),
    [
        ("maxPods: 1\n", "maxPods: 2\n", "5m0s"),
        ("nodeStatusUpdateFrequency: 20s\n", "maxPods: 2\n", "20s"),
        ("nodeStatusUpdateFrequency: 0s\n", "maxPods: 2\n", "5m0s"),
        ("nodeStatusUpdateFrequency: soon\n", "maxPods: 2\n", "5m0s"),
        ("maxPods: 1\n", "nodeStatusUpdateFrequency: 20s\n", "5m0s"),
        (
            "nodeStatusReportFrequency: 1m\n",
            "nodeStatusUpdateFrequency: 20s\nnodeStatusReportFrequency: null\n",
            "20s",
        ),
    ],
)
def test_the_file_s_count_decides_how_often_the_status_is_reported(
    main: str, over: str, report: str
) -> None:
    assert _merged(main, over)["nodeStatusReportFrequency"].value == report


@pytest.mark.parametrize(("minor", "kept"), [(31, True), (32, False)])
def test_an_empty_list_of_the_file_is_lost(minor: int, kept: bool) -> None:
    main = "enforceNodeAllocatable: []\n"
    assert ("enforceNodeAllocatable" in _merged(main, minor=minor)) is kept
    assert _merged(main, main, minor=minor)["enforceNodeAllocatable"].value == []


@pytest.mark.parametrize(
    ("over", "name", "value"),
    [
        ("maxpods: 7\nMaxPods: 9\n", "maxPods", 7),
        ("MaxPods: 9\n", "maxPods", None),
        ("PodsPerCore: 3\n", "podsPerCore", 3),
        ("podsPerCore: 2\nPodsPerCore: 3\n", "podsPerCore", 2),
        ("podspercore: 3\n", "podsPerCore", 3),
        ("authentication: {webhook: {cachettl: 3m}}\n", "authentication.webhook.cacheTTL", "3m"),
    ],
)
def test_keys_in_other_letters(over: str, name: str, value: object) -> None:
    found = _merged("containerlogmaxfiles: 9\n", over)
    held = found.get(name)
    assert (None if held is None else held.value) == value
    assert "containerLogMaxFiles" not in found
