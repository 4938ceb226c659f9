"""Values as JSON has them: each with its place, none with what it must not carry."""

from __future__ import annotations

import json

import pytest

from unshim.model.machine import CgroupDriver
from unshim.model.parts.pods import PodImage
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why
from unshim.report.plain import plain

PLACE = Source(Origin.FILE, "/etc/a", 3)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (float("nan"), "nan"),
        (CgroupDriver.SYSTEMD, "systemd"),
        (PLACE, "/etc/a:3"),
        (Version(1, 6, 20), "1.6.20"),
        ((1, (2,)), [1, [2]]),
        ([1], [1]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({1: PLACE}, {"1": "/etc/a:3"}),
        (Setting(False, PLACE), {"value": False, "source": "/etc/a:3", "origin": "file"}),
        (Missing("no", Why.TIMEOUT), {"missing": "no", "why": "timeout"}),
        (
            PodImage("a", "Never", PLACE),
            {"name": "a", "pull_policy": "Never", "source": "/etc/a:3"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_by_its_type(value: object, told: object) -> None:
    assert plain(value) == told
    json.dumps(plain(value), allow_nan=False)


def test_a_file_shows_its_mode_and_never_its_bytes() -> None:
    told = plain(FileText("/etc/a", b"secret", 0o600, 1, 2, 3.0))
    assert told == {"path": "/etc/a", "mode": "0600", "uid": 1, "gid": 2, "size": 6, "mtime": 3.0}


def test_what_a_node_may_contain_is_made_visible_in_keys_as_well() -> None:
    told = plain({"a\x1b[2J": "b\x1b[2J"})
    assert "\x1b" not in "".join([*told, *told.values()])
