"""Strings of Docker's daemon.json change and its layout stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.edit.changes import changed
from unshim.text.edit.json_text import set_strings
from unshim.text.edit.lines import EditError

FILE = "/etc/docker/daemon.json"
WANTED = {"max-size": "10m", "max-file": "5"}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("", '{\n  "log-opts": {\n    "max-size": "10m",\n    "max-file": "5"\n  }\n}\n'),
        ("{}", '{\n  "log-opts": {\n    "max-size": "10m",\n    "max-file": "5"\n  }\n}'),
        (
            '{\n    "a": 1\n}\n',
            '{\n    "a": 1,\n    "log-opts": {\n        "max-size": "10m",\n'
            '        "max-file": "5"\n    }\n}\n',
        ),
        (
            '{\n\t"log-opts": {\n\t\t"max-size": "9m"\n\t}\n}\n',
            '{\n\t"log-opts": {\n\t\t"max-size": "10m",\n\t\t"max-file": "5"\n\t}\n}\n',
        ),
        (
            '{"log-opts": {"max-size": "9m", "tag": "x"}}',
            '{"log-opts": {"max-size": "10m", "tag": "x", "max-file": "5"}}',
        ),
    ],
)
def test_members_take_the_layout_around_them(text: str, want: str) -> None:
    assert set_strings(text.encode(), "log-opts", WANTED, FILE).decode() == want


def test_crlf_stays_crlf() -> None:
    after = set_strings(b'{\r\n  "a": 1\r\n}\r\n', "log-opts", WANTED, FILE)
    assert b"\n" not in after.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "text",
    ["[]", "7", '{"log-opts": []}', '{"a": 1,}', '{"a": 1} x', '{"a": NaN, "a": 1', "// x\n{}"],
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(EditError):
        set_strings(text.encode(), "log-opts", WANTED, FILE)


def test_a_file_with_a_byte_order_mark_is_refused_as_docker_refuses_it() -> None:
    with pytest.raises(EditError):
        set_strings(b"\xef\xbb\xbf{}", "log-opts", WANTED, FILE)


def test_a_member_that_stands_twice_is_refused() -> None:
    text = '{"log-opts": {"max-size": "1m", "max-size": "2m"}}'
    after = set_strings(text.encode(), "log-opts", {"max-size": "10m"}, FILE)
    assert json.loads(after)["log-opts"] == {"max-size": "10m"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\{}[],: ', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc{"), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text("abc{}:"), _json, max_size=4),
    st.none()
    | st.dictionaries(st.sampled_from(["max-size", "tag", "x{"]), st.text("1mk"), max_size=3),
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.booleans(),
)
def test_any_object_gains_the_members_and_loses_nothing(
    top: dict[str, object], opts: dict[str, str] | None, indent: int | str | None, only_ascii: bool
) -> None:
    document = dict(top) if opts is None else {**top, "log-opts": opts}
    data = json.dumps(document, indent=indent, ensure_ascii=only_ascii).encode()
    after = set_strings(data, "log-opts", WANTED, FILE)
    assert json.loads(after) == {**document, "log-opts": {**(opts or {}), **WANTED}}
    assert set_strings(after, "log-opts", WANTED, FILE) == after
    if indent and top and opts:
        gone, came = changed(data, after)
        assert len(came) - len(gone) <= 2
