"""The kubelet's settings by release: what a row says, and that all rows are sound."""

from __future__ import annotations

import itertools

import pytest

from unshim.releases.kubelet_kinds import ZERO, Kind, of_file
from unshim.releases.kubelet_row import FIRST, LAST, NEVER, Row
from unshim.releases.kubelet_table import TABLE

ROWS = {row.name: row for row in TABLE}


def test_no_setting_and_no_flag_has_two_rows() -> None:
    assert len(ROWS) == len(TABLE)
    flags = [flag for row in TABLE for flag in row.flags]
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_row_is_sound(row: Row) -> None:
    assert row.flags or row.field_from != NEVER, "nothing can set it"
    assert row.field_from == NEVER or FIRST <= row.field_from <= LAST
    assert FIRST <= row.flag_from <= row.flag_until <= LAST
    releases = [since for since, _ in row.defaults]
    assert releases == sorted(set(releases))
    assert all(FIRST <= since <= LAST for since in releases)
    defaults = [default for _, default in row.defaults]
    for default in [*defaults, *([] if row.bare is None else [row.bare])]:
        assert of_file(row.kind, default) == default
        assert type(default) is type(ZERO[row.kind])
    for default, later in itertools.pairwise(defaults):
        assert default != later, "it changes to what it is"


CHANGING = Row(
    "x", Kind.TEXT, ("x",), ((20, "a"), (24, "b")), field_from=22, flag_from=21, flag_until=30
)


@pytest.mark.parametrize(
    ("minor", "default"), [(20, "a"), (23, "a"), (24, "b"), (36, "b"), (40, "b")]
)
def test_a_default_holds_from_its_release_on(minor: int, default: str) -> None:
    assert CHANGING.default(minor, with_file=True) == default
    assert CHANGING.default(minor, with_file=False) == default


@pytest.mark.parametrize("kind", Kind)
def test_without_a_default_it_is_the_zero_of_its_kind(kind: Kind) -> None:
    assert Row("x", kind, ("x",), ()).default(30, with_file=False) == ZERO[kind]
    assert Row("x", kind, ("x",), ((25, "later"),)).default(24, with_file=True) == ZERO[kind]


def test_without_a_file_a_bare_default_holds() -> None:
    row = Row("x", Kind.BOOLEAN, ("x",), ((20, True),), bare=False)
    assert row.default(30, with_file=True) is True
    assert row.default(30, with_file=False) is False


@pytest.mark.parametrize(
    ("minor", "has"),
    [
        pytest.param(20, False, id="before it came"),
        pytest.param(21, True, id="the first release"),
        pytest.param(30, True, id="the last"),
        pytest.param(31, False, id="the one after"),
        pytest.param(99, False, id="one that is not known yet"),
    ],
)
def test_from_when_until_when_a_flag_is_known(minor: int, has: bool) -> None:
    assert CHANGING.has_flag(minor) is has


def test_a_flag_of_the_last_known_release_is_taken_to_stay() -> None:
    assert CHANGING._replace(flag_until=LAST).has_flag(LAST + 1)
    assert not CHANGING._replace(flags=()).has_flag(25)


@pytest.mark.parametrize(("minor", "has"), [(21, False), (22, True), (99, True)])
def test_from_when_a_field_is_read(minor: int, has: bool) -> None:
    assert CHANGING.has_field(minor) is has
    assert not CHANGING._replace(field_from=NEVER).has_field(minor)


@pytest.mark.parametrize(
    ("name", "last", "before", "first", "after"),
    [
        pytest.param("container-runtime", 23, "docker", 24, "remote", id="no dockershim in 1.24"),
        pytest.param(
            "containerRuntimeEndpoint",
            26,
            "",
            27,
            "unix:///run/containerd/containerd.sock",
            id="containerd's socket from 1.27 on",
        ),
        pytest.param("failCgroupV1", 34, False, 35, True, id="no cgroup v1 in 1.35"),
    ],
)
def test_defaults_that_matter_to_a_migration(
    name: str, last: int, before: object, first: int, after: object
) -> None:
    assert ROWS[name].default(last, with_file=True) == before
    assert ROWS[name].default(first, with_file=True) == after


def test_read_only_port_is_open_without_a_file_alone() -> None:
    """--read-only-port's own default is 10255; a configuration file's is 0."""
    row = ROWS["readOnlyPort"]
    assert (row.default(30, with_file=False), row.default(30, with_file=True)) == (10255, 0)
