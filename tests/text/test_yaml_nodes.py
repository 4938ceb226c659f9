"""The top of a YAML file as Go's yaml.Node has it."""

from __future__ import annotations

import pytest

from unshim.model.machine import ParseError
from unshim.text.yaml_nodes import top_nodes


def _texts(data: str | bytes) -> list[str]:
    nodes = top_nodes("f", data.encode() if isinstance(data, str) else data)
    assert not isinstance(nodes, ParseError), nodes
    return [node.text for node in nodes]


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("a: 1\nb: 'x y'\n", ["a", "1", "b", "x y"]),
        ("a: 1\na: 2\n", ["a", "1", "a", "2"]),
        ("- a\n- 1\n- b\n", ["a", "1", "b"]),
        ("a: &n 5\nb: *n\n", ["a", "5", "b", "n"]),
        ("a: {b: [c, {d: e}]}\nf: 1\n", ["a", "", "f", "1"]),
        ("? [a, b]\n: c\n", ["", "c"]),
        ("<<: {a: 1}\n", ["<<", ""]),
        ("a: ~\nb:\n", ["a", "~", "b", ""]),
        ("a: 1\n---\n[\n", ["a", "1"]),
        ("word\n", []),
        ("", []),
        ("# a comment\n", []),
        ("%YAML 1.1\n---\na: 1\n", ["a", "1"]),
        ("\ufeffa: 1\r\n", ["a", "1"]),
    ],
)
def test_nodes_come_in_order_and_nothing_is_resolved(text: str, nodes: list[str]) -> None:
    assert _texts(text) == nodes


def test_a_mapping_or_list_is_told_from_a_text() -> None:
    nodes = top_nodes("f", b"a: []\nb: ''\n")
    assert not isinstance(nodes, ParseError)
    assert [(node.items is None, node.line) for node in nodes] == [
        *((True, 1), (False, 1), (True, 2), (True, 2)),
    ]


def test_two_bytes_a_letter() -> None:
    assert _texts("a: ä\n".encode("utf-16")) == ["a", "ä"]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a: 1\n# \xff\n", 2, "no UTF-8"),
        (b"%YAML 1.2\n---\na: 1\n", 1, "YAML than 1.1"),
        (b"a: 1\nb: *n\n", 2, "an anchor that is not there"),
        (b"a: [\n", 2, ""),
        (b"\ta: 1\n", 1, "tab"),
    ],
)
def test_what_is_refused(data: bytes, line: int, words: str) -> None:
    error = top_nodes("f", data)
    assert isinstance(error, ParseError)
    assert error.line == line
    assert words in error.message
