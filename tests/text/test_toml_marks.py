"""TOML with the line of every value."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.model.machine import ParseError
from unshim.model.values import FileText
from unshim.text import toml_marks
from unshim.text.toml_marks import SIZE_LIMIT, Table, dotted, read_toml, settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def lines_of(text: str) -> dict[str, int | None]:
    table = read_toml(FileText("/c.toml", text.encode()))
    assert isinstance(table, Table), table
    return {dotted(path): setting.source.line for path, setting in settings(table)}


def refused(data: bytes) -> ParseError:
    found = read_toml(FileText("/c.toml", data))
    assert isinstance(found, ParseError)
    return found


DOCUMENT = '''\
version = 2
a."b c".d = 1 # ] = [x]
[plugins."io.containerd.grpc.v1.cri"] # comment
  text = """one
  [two]
three"""
  list = [ "a]", # c ]
    {x = 1}, [2],
  ]
  containerd = {snapshotter = "native", runtimes = {runc = {t = 'q'}}}
  after = true
[ plugins . 'other' . y ]
date = 1979-05-27T07:32:00Z
[[array]]
k = 1
[array.inner]
k = 2
[[array]]
k = 3
["q\\u0041"]
v = 'it''s'
'''


def test_every_kind_of_value_has_its_line() -> None:
    text = DOCUMENT.replace("'it''s'", '"x"')
    assert lines_of(text) == {
        "version": 1,
        'a."b c".d': 2,
        'plugins."io.containerd.grpc.v1.cri".text': 4,
        'plugins."io.containerd.grpc.v1.cri".list': 7,
        'plugins."io.containerd.grpc.v1.cri".containerd.snapshotter': 10,
        'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.t': 10,
        'plugins."io.containerd.grpc.v1.cri".after': 11,
        "plugins.other.y.date": 13,
        "array": 14,
        "qA.v": 21,
    }


def test_strings_in_arrays_hide_what_looks_like_keys() -> None:
    assert lines_of('x = ["""]\nfake = 1\n"""]\nfake = 2\n') == {"x": 1, "fake": 4}
    assert lines_of("x = [']', '[']\ny = {z = ['}']}\n") == {"x": 1, "y.z": 2}


def test_line_ends_and_a_byte_order_mark_move_no_line() -> None:
    text = "a = 1\n\n[t]\nb = 2\n"
    assert lines_of(text) == lines_of(text.replace("\n", "\r\n")) == {"a": 1, "t.b": 4}
    assert lines_of("\ufeffa = 1\n") == {"a": 1}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a = 1\na = 2\n", 2),
        (b"[t]\n[t]\n", 2),
        (b"canary = \n", 1),
        (b"a = 1\n<<<<<<< canary\n", 2),
        (b"a = 'canary\n", 1),
        (b"[canary\n", 1),
        (b"a = canary\n", 1),
        (b'x = 1\na = "canary\xe9"\n', 2),
        (b"a = {canary = 1}\n[a]\n", 2),
        (b"x=1\ny=99999999999999999999\n", 2),
    ],
)
def test_a_refusal_names_the_line_and_never_what_stands_there(data: bytes, line: int) -> None:
    error = refused(data)
    assert error.line in (line, line + 1)  # tomllib points behind an unclosed end
    assert "canary" not in error.message


@pytest.mark.parametrize(
    "data",
    [b"a=" + b"[" * 5000, b"a=" + b"{a=" * 5000, b".".join([b"a"] * 5000) + b"=1", b"\0" * 100],
)
def test_nesting_bombs_are_refused(data: bytes) -> None:
    refused(data)


def test_a_file_over_the_limit_is_refused() -> None:
    assert "larger" in refused(b"#" * (SIZE_LIMIT + 1)).message


def test_lenient_reads_what_containerd_1_reads() -> None:
    for data in (b"# caf\xe9\na=1\n", b"# \x1b[31m\na=1\n"):
        assert isinstance(read_toml(FileText("/c", data)), ParseError)
        assert isinstance(read_toml(FileText("/c", data), lenient=True), Table)


KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='"\\'), max_size=6
    ).map(lambda text: f'"{text}"'),
)
VALUES = st.sampled_from(
    [
        "1",
        "true",
        '"x = [1]"',
        "'# no'",
        '"""a\n[b]\n"q""""',
        "'''\nx\n'''",
        "[1, 2]",
        "[\n'a', # c\n]",
        "{a = 1}",
        "{}",
        "[]",
        "[{a = ']'}, {b = 2}]",
        "1979-05-27",
        '"\\"\\\\"',
    ]
)


@given(st.lists(st.tuples(st.lists(KEYS, min_size=1, max_size=3), VALUES), max_size=12))
def test_the_scanner_finds_what_tomllib_reads(pairs: list[tuple[list[str], str]]) -> None:
    """One table for each pair: the value's line is the one it was written in."""
    text, expected = "", {}
    for number, (keys, value) in enumerate(pairs):
        text += f"[t{number}]\n"
        expected[number] = text.count("\n") + 1
        text += f"{' . '.join(keys)} = {value}\n"
    tomllib.loads(text)
    table = read_toml(FileText("/c", text.encode()))
    assert isinstance(table, Table)
    for path, setting in settings(table):
        assert setting.source.line == expected[int(path[0][1:])]


def _decoders_own_messages() -> set[str]:
    """How each message of this Python's decoder begins, read out of its source."""
    source = (Path(tomllib.__file__).parent / "_parser.py").read_text(encoding="utf-8")
    messages = set()
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id not in ("suffixed_err", "TOMLDecodeError"):
            continue
        for argument in call.args:
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            if isinstance(parts[0], ast.Constant) and isinstance(parts[0].value, str):
                messages.add(parts[0].value)
    return messages


def test_every_message_of_this_pythons_decoder_has_words_of_ours() -> None:
    """On each Python that the tests run on: its messages may quote the file, ours may not."""
    messages = _decoders_own_messages()
    assert len(messages) >= 15
    prefixes = tuple(theirs for theirs, _ in toml_marks._MESSAGES)
    assert [message for message in messages if not message.startswith(prefixes)] == []


def test_a_message_that_is_not_known_is_not_quoted() -> None:
    error = tomllib.TOMLDecodeError("Something new about canary (at line 3, column 4)")
    assert toml_marks._refused("/x", error, "") == ParseError("/x", "is not TOML", 3, 4)


def test_the_scalar_value_of_an_escape() -> None:
    assert "escape" in refused(b'a = "\\ud800"\n').message
