"""The table of flags and fields of each release, and that unshim's own tables say the same."""

from __future__ import annotations

import pytest

from unshim.releases import kubelet_names
from unshim.releases.kubelet_flags import BARE_FLAGS
from unshim.releases.kubelet_kinds import Kind
from unshim.releases.kubelet_names import Name, unknown_fields
from unshim.releases.kubelet_row import FIRST, LAST, NEVER, OLDEST, Row
from unshim.releases.kubelet_table import TABLE

MINORS = range(FIRST, LAST + 1)
FLAGS = {name: flag for name in kubelet_names.flags() if (flag := kubelet_names.flag(name))}
FIELDS = kubelet_names.fields()
KINDS = {
    "string": Kind.TEXT,
    "address": Kind.TEXT,
    "int": Kind.NUMBER,
    "bool": Kind.BOOLEAN,
    "duration": Kind.DURATION,
    "words": Kind.WORDS,
    "pairs": Kind.PAIRS,
    "labels": Kind.PAIRS,
    "thresholds": Kind.THRESHOLDS,
    "gates": Kind.GATES,
}
OF_FILE = {
    "string": (Kind.TEXT,),
    "int": (Kind.NUMBER,),
    "bool": (Kind.BOOLEAN,),
    "duration": (Kind.DURATION,),
    "[]string": (Kind.WORDS,),
    "map-of-string": (Kind.PAIRS, Kind.THRESHOLDS),
    "map-of-bool": (Kind.GATES,),
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_has_the_flags_and_the_field_of_the_sources_in_every_release(row: Row) -> None:
    for name in row.flags:
        flag = FLAGS[name]
        assert [bool(flag.holds(minor)) for minor in MINORS] == [
            row.has_flag(minor) for minor in MINORS
        ]
        assert KINDS[flag.kind] is row.kind
        assert flag.field == ("" if row.field_from == NEVER else row.name)
    if row.field_from == NEVER:
        assert row.name not in FIELDS
    else:
        field = FIELDS[row.name]
        assert [field.holds(minor) for minor in MINORS] == [
            row.has_field(minor) for minor in MINORS
        ]
        assert row.kind in OF_FILE[field.kind]
    assert set(row.flags) >= {name for name, flag in FLAGS.items() if flag.field == row.name}


def test_the_flags_without_a_value_are_those_of_the_sources() -> None:
    assert {name for name in FLAGS if name in BARE_FLAGS} == {
        name for name, flag in FLAGS.items() if flag.kind == "bool"
    }


def test_a_flag_sets_a_field_that_is_there() -> None:
    structures = {path.partition(".*")[0] for path in FIELDS}
    for name, flag in FLAGS.items():
        assert not flag.field or flag.field in FIELDS or flag.field in structures, name


@pytest.mark.parametrize(
    ("flag", "first", "after"),
    [
        ("network-plugin", 15, 24),
        ("logtostderr", 15, 26),
        ("container-runtime", 15, 27),
        ("azure-container-registry-config", 15, 30),
        ("iptables-drop-bit", 15, 31),
        ("cloud-config", 15, 34),
        ("pod-infra-container-image", 15, 35),
        ("cni-cache-dir", 16, 24),
        ("containerized", 15, 16),
        ("config-dir", 28, None),
        ("fail-cgroupv1", 31, None),
    ],
)
def test_from_when_until_when_a_flag_is_there(flag: str, first: int, after: int | None) -> None:
    held = [minor for minor in range(OLDEST, LAST + 1) if FLAGS[flag].holds(minor)]
    assert held == list(range(first, after or LAST + 1))
    assert FLAGS[flag].goes_after(first) == after
    assert FLAGS[flag].gone_since(LAST) == after
    assert FLAGS[flag].comes_after(14) == first


BACK = Name("bool", "", (15, 24, 27, 31), (22, 24, 30))


@pytest.mark.parametrize(
    ("minor", "holds"),
    [
        pytest.param(14, None, id="before the first that is known: it may have had it"),
        pytest.param(15, True, id="then, or before"),
        pytest.param(24, False, id="gone"),
        pytest.param(27, True, id="back"),
        pytest.param(31, False, id="gone again"),
        pytest.param(37, False, id="what was gone in the last that is known is not expected back"),
    ],
)
def test_what_is_known_of_a_release(minor: int, holds: bool | None) -> None:
    assert BACK.holds(minor) is holds


def test_of_a_release_to_come_nothing_is_known_of_what_the_last_has() -> None:
    later = Name("bool", "", (28,))
    assert later.holds(LAST) is True
    assert later.holds(LAST + 1) is None
    assert later.holds(19) is False, "it came later than that"


def test_turns_are_told_from_a_release_on() -> None:
    assert [BACK.comes_after(minor) for minor in (24, 26, 27)] == [27, 27, None]
    assert [BACK.gone_since(minor) for minor in (23, 24, 36)] == [None, 24, 24]
    assert [BACK.goes_after(minor) for minor in (20, 24, 31)] == [24, 31, None]


def test_a_flag_is_deprecated_while_it_is_there() -> None:
    assert [minor for minor in MINORS if BACK.is_deprecated(minor)] == [22, 23, 30]
    assert FLAGS["cloud-provider"].is_deprecated(28)
    assert not FLAGS["cloud-provider"].is_deprecated(29), "it was taken back"


def test_a_flag_of_no_release_is_none() -> None:
    assert kubelet_names.flag("max-housekeeping-interval") is None
    assert kubelet_names.flag("") is None


CONFIG: dict[str, object] = {
    "kind": "KubeletConfiguration",
    "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
    "cgroupdriver": "systemd",
    "authentication": {},
    "authentication.webhook": {},
    "authentication.webhook.enabled": True,
    "authentication.x510": {},
    "authentication.x510.clientCAFile": "/ca",
    "evictionHard": {},
    "evictionHard.memory.available": "1Gi",
    "registerWithTaints": [{"key": "a", "Value": "b"}, "no mapping"],
    "logging": {},
    "logging.sanitization": True,
}


@pytest.mark.parametrize(
    ("minor", "unknown"),
    [
        pytest.param(
            20,
            {"containerRuntimeEndpoint", "registerWithTaints"},
            id="fields that came later",
        ),
        pytest.param(23, {"containerRuntimeEndpoint", "registerWithTaints[0].Value"}, id="in 1.23"),
        pytest.param(36, {"registerWithTaints[0].Value", "logging.sanitization"}, id="one is gone"),
    ],
)
def test_keys_that_a_release_does_not_know(minor: int, unknown: set[str]) -> None:
    slips = {"cgroupdriver", "authentication.x510"}
    told = dict(unknown_fields(CONFIG, minor))
    assert set(unknown_fields(CONFIG, minor)) == {
        (path.partition("[")[0], path) for path in unknown | slips
    }
    assert set(told) <= set(CONFIG)
