"""Outside checks/ and fixes/ nobody names a check: a renamed one must not change what is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import NODES

from .nodes import CHECKS, FIXES

TOP = NODES.parent.parent
IDS = tuple(check.id for check in CHECKS)


def _strings(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _named(room: str, ids: tuple[str, ...]) -> list[str]:
    return [
        f"{file.relative_to(TOP)}:{line}: {check_id}"
        for file in sorted((TOP / room).rglob("*.py"))
        for line, text in _strings(file)
        for check_id in ids
        if check_id in text
    ]


@pytest.mark.parametrize("room", ["unshim", "tui"])
def test_no_string_names_a_check(room: str) -> None:
    assert _named(room, IDS) == []


@pytest.mark.parametrize("room", ["checks", "fixes"])
def test_a_check_is_referred_to_by_its_function(room: str) -> None:
    assert _named(room, IDS) == []


def test_a_string_that_names_a_check_would_be_found() -> None:
    assert _named("tests/judge", IDS)


def test_a_fix_is_not_named_by_its_id_either() -> None:
    assert _named("unshim", tuple(fix.id for fix in FIXES)) == []
