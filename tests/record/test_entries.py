"""What an index says of paths: an entry with defaults, nothing there, or why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.host.host import Kind
from unshim.model.values import Missing, Why
from unshim.record.entries import Entry, Looked, family_of, look_at
from unshim.record.shapes import Wrong

THERE = Looked(Entry(Kind.FILE))


@pytest.mark.parametrize(
    ("value", "look"),
    [
        pytest.param({}, Entry(Kind.FILE, 0o644), id="a file, where nothing else is said"),
        pytest.param({"kind": "directory"}, Entry(Kind.DIRECTORY, 0o755), id="a folder"),
        pytest.param({"kind": "socket", "mode": "0660"}, Entry(Kind.SOCKET, 0o660), id="a socket"),
        pytest.param({"text": "a"}, Entry(Kind.FILE, data=b"a"), id="text in the index"),
        pytest.param({"file": "files/1"}, Entry(Kind.FILE, file="files/1"), id="a file beside it"),
        pytest.param(
            {"kind": "directory", "names": ["b", "a"]},
            Entry(Kind.DIRECTORY, 0o755, names=("b", "a")),
            id="names in their order",
        ),
        pytest.param({"real": "/usr/lib/x"}, Entry(Kind.FILE, real="/usr/lib/x"), id="a link"),
        pytest.param(
            {"uid": 1, "gid": 2, "mtime": 3, "size": 0},
            Entry(Kind.FILE, uid=1, gid=2, mtime=3.0, size=0),
            id="owner, time, and a size of zero, which is not none",
        ),
        pytest.param(
            {"unread": {"missing": "too large"}},
            Entry(Kind.FILE, unread=Missing("too large")),
            id="seen but not read",
        ),
        pytest.param({"absent": True}, None, id="nothing there"),
        pytest.param({"absent": False}, Entry(Kind.FILE), id="absent only where it is true"),
        pytest.param({"missing": "x", "why": "timeout"}, Missing("x", Why.TIMEOUT), id="why not"),
    ],
)
def test_what_a_look_came_to(value: dict[str, Any], look: object) -> None:
    assert look_at("/etc/x", value) == Looked(look)  # type: ignore[arg-type]  # of the three kinds


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        pytest.param("etc", {}, "etc is not an absolute path", id="a relative path"),
        pytest.param("", {}, " is not an absolute path", id="no path"),
        pytest.param("/x", "x", "/x is not a mapping", id="an entry that is a text"),
        pytest.param("/x", {"kind": "fifo"}, "kind or mode of /x is none", id="another kind"),
        pytest.param("/x", {"mode": "0999"}, "kind or mode of /x is none", id="not octal"),
        pytest.param("/x", {"mode": 420}, "mode is not a text", id="a mode that is a number"),
        pytest.param("/x", {"file": 5}, "file is not a text", id="a name that is a number"),
        pytest.param(
            "/x",
            {"file": "../shadow"},
            "'../shadow' is not a name of a file in a record",
            id="a way out of the record",
        ),
        pytest.param("/x", {"names": "a"}, "names is not a list", id="names in one text"),
        pytest.param("/x", {"names": ["a", 1]}, "a name is not a text", id="a number among them"),
        pytest.param("/x", {"size": "5"}, "size is not a whole number", id="a size in words"),
        pytest.param("/x", {"text": None}, "/x is not a mapping", id="no text"),
        pytest.param("/x", {"unread": "x"}, "unread is not a mapping", id="a reason alone"),
    ],
)
def test_what_is_not_an_entry(path: str, value: object, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        look_at(path, value)
    assert str(caught.value) == words


def test_every_folder_above_what_was_there_holds_it() -> None:
    paths = dict.fromkeys(("/etc/a/b", "/etc/a/a", "/etc/c", "/"), THERE)
    assert family_of(paths) == {"/": ("etc",), "/etc": ("a", "c"), "/etc/a": ("a", "b")}


def test_what_was_not_there_is_in_no_folder_and_what_could_not_be_read_is() -> None:
    paths = {"/etc/gone": Looked(None), "/etc/hidden": Looked(Missing("not root"))}
    assert family_of(paths) == {"/": ("etc",), "/etc": ("hidden",)}


_path = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map(lambda p: "/" + "/".join(p))


@given(st.lists(_path, max_size=8))
def test_each_path_is_found_from_the_root_down(paths: list[str]) -> None:
    family = family_of(dict.fromkeys(paths, THERE))
    for path in paths:
        folder = "/"
        for name in path.strip("/").split("/") if path != "/" else ():
            assert name in family[folder]
            folder = f"{folder.rstrip('/')}/{name}"
    assert all(list(names) == sorted(set(names)) for names in family.values())
