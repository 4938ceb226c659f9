"""Values of a table by the type and the spelling that each release takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from unshim.facts.containerd.sections import Refused
from unshim.facts.containerd.tables import read_each, read_table
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Setting, Version
from unshim.text.toml_lines import Path
from unshim.text.toml_marks import Table, read_toml

V14, V17, V20 = Version(1, 4, 13), Version(1, 7, 24), Version(2, 0, 0)


def _table(text: str) -> Table:
    document = read_toml(FileText("/c", text.encode()))
    assert isinstance(document, Table)
    return document


def _read(text: str, keys: Mapping[str, Any], release: Version) -> dict[Path, object]:
    return {path: one.value for path, one in read_table(_table(text), dict(keys), release)}


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("string", "1", "a string"),
        ("string", "true", "a string"),
        ("bool", '"true"', "true or false"),
        ("bool", "1", "true or false"),
        ("int", "true", "a number"),
        ("int", '"1"', "a number"),
        ("int", "1.0", "a number"),
        ("float", '"1"', "a number with a point"),
        ("[]string", '"a"', "a list of strings"),
        ("[]string", '["a", 1]', "a list of strings"),
        ("tables", "[1]", "an array of tables"),
        ("duration", '"10"', 'a duration such as "10s"'),
        ("duration", "1.5", 'a duration such as "10s"'),
        ("duration", "true", 'a duration such as "10s"'),
        ("nanoseconds", '"x"', 'a duration such as "10s"'),
    ],
)
@pytest.mark.parametrize("release", [V14, V17, V20])
def test_a_value_of_another_type_stops_the_daemon(
    kind: str, value: str, words: str, release: Version
) -> None:
    with pytest.raises(Refused) as caught:
        _read(f"\nkey = {value}\n", {"key": kind}, release)
    assert caught.value.error == ParseError("/c", f"key must be {words}", 2)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", '""'),
        ("bool", "false"),
        ("int", "-1"),
        ("float", "0.5"),
        ("[]string", "[]"),
        ("[]string", '["a"]'),
        ("duration", '"1h2m0.5s"'),
        ("nanoseconds", '"5s"'),
    ],
)
@pytest.mark.parametrize("release", [V14, V17, V20])
def test_a_value_of_its_type_counts(kind: str, value: str, release: Version) -> None:
    assert list(_read(f"key = {value}\n", {"key": kind}, release)) == [("key",)]


@pytest.mark.parametrize("release", [Version(1, 3, 10), V14, V17, V20])
def test_a_duration_of_zero_needs_no_unit(release: Version) -> None:
    """Seen on 1.3.10, 1.4.13, 1.6.20, 1.7.24 and 2.1.9, which dump it as 0s."""
    assert _read("key = 0\n", {"key": "duration"}, release) == {("key",): 0}


def test_only_the_toml_reader_of_1_5_to_1_7_takes_it_with_a_point() -> None:
    """Seen on the same releases."""
    assert _read("key = 0.0\n", {"key": "duration"}, V17) == {("key",): 0.0}
    for release in (V14, V20):
        with pytest.raises(Refused):
            _read("key = 0.0\n", {"key": "duration"}, release)


def test_each_value_is_read_by_itself_where_one_of_a_wrong_type_stops_no_pod_but_its_own() -> None:
    table = _table('a = "x"\nb = 1\nc = true\n')
    read = dict(read_each(table, {"a": "bool", "b": "int", "c": "bool"}, V17))
    assert isinstance(read["a"], Refused)
    assert (read["a"].source.where, read["a"].source.line) == ("/c", 1)
    values = {key: one.value for key, one in read.items() if isinstance(one, Setting)}
    assert values == {"b": 1, "c": True}


def test_a_number_without_a_point_is_one_with_it_since_2_0() -> None:
    assert _read("key = 5\n", {"key": "float"}, V20) == {("key",): 5}
    with pytest.raises(Refused):
        _read("key = 5\n", {"key": "float"}, V17)


@pytest.mark.parametrize(
    ("kind", "release", "doubtful"),
    [
        ("duration", V17, False),
        ("duration", V20, True),
        ("nanoseconds", V20, True),
        ("duration", Version(2, 3, 4), True),
    ],
)
def test_a_number_without_a_unit_is_refused_and_2_x_may_see_it_otherwise(
    kind: str, release: Version, doubtful: bool
) -> None:
    """2.0.11 and 2.3.4 built from their tags refuse it, Debian's 2.1.9 takes it."""
    with pytest.raises(Refused) as caught:
        _read("key = 5\n", {"key": kind}, release)
    assert caught.value.syntax is doubtful
    for taken, by in (("duration", Version(2, 1, 9)), ("nanoseconds", V17)):
        assert _read("key = 5\n", {"key": taken}, by) == {("key",): 5}


def test_tables_where_a_value_belongs_and_the_other_way_round() -> None:
    for text, keys, words in (
        ("[key]\na = 1\n", {"key": "string"}, "key must not be a table"),
        ("key = 1\n", {"key": {"a": "int"}}, "key must be a table"),
    ):
        with pytest.raises(Refused) as caught:
            _read(text, keys, V17)
        assert caught.value.error[1:3] == (words, 1)
    assert _read("[key]\na = 1\n", {"key": "options"}, V17) == {}


@pytest.mark.parametrize("keys", [{"key": {"*": {"a": "int"}}}, {"key": "options"}])
def test_up_to_1_4_what_should_be_a_map_is_passed_over(keys: Mapping[str, Any]) -> None:
    assert _read("key = 1\n", keys, V14) == {}
    with pytest.raises(Refused, match="key must be a table"):
        _read("key = 1\n", keys, V17)


def test_a_table_for_a_list_of_tables_since_2_0() -> None:
    assert _read("[key]\na = 1\n", {"key": "tables"}, V20) == {}
    with pytest.raises(Refused):
        _read("[key]\na = 1\n", {"key": "tables"}, V17)


def test_paths_are_those_of_the_releases_own_names() -> None:
    keys = {"outer": {"*": {"leaf": "int"}}}
    text = "unknown = 1\n[OUTER.Any]\nLEAF = 1\nother = 2\n[OUTER.any]\nleaf = 3\n"
    assert _read(text, keys, V20) == {("outer", "Any", "leaf"): 1, ("outer", "any", "leaf"): 3}


@pytest.mark.parametrize(
    ("spelling", "by_1_7"),
    [("myKey", True), ("mykey", True), ("MYKEY", True), ("MyKey", False), ("MYkey", False)],
)
def test_1_5_to_1_7_take_four_spellings_and_others_any(spelling: str, by_1_7: bool) -> None:
    text, keys = f"{spelling} = 1\n", {"myKey": "int"}
    assert _read(text, keys, V17) == ({("myKey",): 1} if by_1_7 else {})
    for release in (V14, V20):
        assert _read(text, keys, release) == {("myKey",): 1}


def test_of_several_spellings_one_counts() -> None:
    text, keys = "mykey = 1\nmyKey = 2\nMYKEY = 3\n", {"myKey": "int"}
    assert _read(text, keys, V14) == {("myKey",): 2}
    assert _read(text, keys, V17) == {("myKey",): 2}
    # Sorted, the last one: small letters stand after capitals.
    assert _read(text, keys, V20) == {("myKey",): 1}


def test_what_does_not_count_may_be_of_any_type() -> None:
    text, keys = 'mykey = "text"\nmyKey = 2\n', {"myKey": "int"}
    assert _read(text, keys, V17) == {("myKey",): 2}
    with pytest.raises(Refused):
        _read(text, keys, V20)


def test_names_that_move_a_terminal_are_shown_as_escapes() -> None:
    with pytest.raises(Refused) as caught:
        _read('"a\\u001b" = 1\n', {"*": "string"}, V20)
    assert caught.value.error.message == r"a\x1b must be a string"
