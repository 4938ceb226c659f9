"""The index as a whole: what it says, and one clear error where it cannot be used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from unshim.model.values import Missing, Why
from unshim.record.errors import RecordError
from unshim.record.index import Index


def _index(**parts: Any) -> Index:
    return Index.parse("/node", json.dumps({"format": 1, **parts}).encode())


def test_an_index_that_says_nothing_knows_nothing() -> None:
    index = _index()
    assert index.uname == ("", "", "")
    assert index.root is True
    assert index.processes == Missing("not recorded", Why.NOT_RECORDED)
    assert not (index.paths or index.commands or index.sockets or index.calls or index.http)
    assert not index.nothing_else("/")
    assert index.children("/") == ()


def test_the_machine_and_where_each_part_came_from() -> None:
    machine = {"name": "n\x1b", "kernel": "6.1", "architecture": "x86_64", "root": False}
    index = _index(machine=machine, parts={"paths": "made by hand\x07"})
    assert index.uname == (r"n\x1b", "6.1", "x86_64")
    assert index.root is False
    assert index.parts == {"paths": r"made by hand\x07"}


@pytest.mark.parametrize(
    ("closed", "path", "nothing"),
    [
        pytest.param(["/etc"], "/etc", True, id="the folder itself"),
        pytest.param(["/etc"], "/etc/a/b", True, id="what is below"),
        pytest.param(["/etc"], "/etcetera", False, id="what begins alike"),
        pytest.param(["/etc"], "/", False, id="what is above"),
        pytest.param(["/etc/"], "/etc/a", True, id="with a slash behind"),
        pytest.param(["/"], "/anything", True, id="everything"),
        pytest.param(["/usr", "/etc"], "/etc/a", True, id="one of several"),
        pytest.param([], "/etc", False, id="none"),
    ],
)
def test_where_nothing_else_was(closed: list[str], path: str, nothing: bool) -> None:
    assert _index(nothing_else_below=closed).nothing_else(path) is nothing


def test_children_are_those_of_the_paths() -> None:
    index = _index(paths={"/etc/b": {}, "/etc/a": {}, "/etc/gone": {"absent": True}})
    assert index.children("/etc") == index.children("/etc/") == ("a", "b")
    assert index.children("/") == ("etc",)
    assert index.children("/usr") == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"{", "index.json is not JSON", id="not JSON"),
        pytest.param(b"\xff", "index.json is not JSON", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "index.json is nested too deep", id="nested too deep"),
        pytest.param(b"[]", "index.json: the whole is not a mapping", id="a list"),
        pytest.param(b"{}", "index.json: format None is not 1", id="no format"),
        pytest.param(b'{"format": 2}', "index.json: format 2 is not 1", id="a newer format"),
        pytest.param(b'{"format": "1"}', "index.json: format '1' is not 1", id="a format in words"),
        pytest.param(
            b'{"format": "\\u001b]52;c;x"}',
            r"index.json: format '\x1b]52;c;x' is not 1",
            id="escapes",
        ),
        pytest.param(
            b'{"format": "\\u3164"}', r"index.json: format '\u3164' is not 1", id="a filler"
        ),
        pytest.param(
            b'{"format": 1, "machine": {"root": 1}}',
            "index.json: root is not a true or false",
            id="what a part says is said of the whole",
        ),
        pytest.param(
            b'{"format": 1, "parts": {"paths": 5}}',
            "index.json: paths is not a text",
            id="a number in words",
        ),
        pytest.param(
            b'{"format": 1, "nothing_else_below": [5]}',
            "index.json: nothing_else_below is not a text",
            id="a number as folder",
        ),
    ],
)
def test_an_index_that_cannot_be_used(data: bytes, words: str) -> None:
    with pytest.raises(RecordError) as caught:
        Index.parse("/node", data)
    assert str(caught.value) == f"/node: {words}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "mapping") for name in ("machine", "parts", "paths", "sockets")),
        *((name, "list") for name in ("commands", "calls", "http", "environments")),
        ("nothing_else_below", "list"),
    ],
)
def test_each_part_is_of_its_kind(name: str, kind: str) -> None:
    with pytest.raises(RecordError, match=f"^/node: index.json: {name} is not a {kind}$"):
        _index(**{name: "x"})
    assert _index(**{name: None}) == _index()
