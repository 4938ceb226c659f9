"""Programs that the lab's tests hand to another Python name what is there: no checker sees them."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import TOP

IMPORT = re.compile(r"from ((?:unshim|checks(?!\.lab\b)|fixes|tui)[\w.]*) import ([\w, ]+)")
"""Of ours; the programs bring checks.lab along."""


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name of each import of ours in a text of this file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for module, names in IMPORT.findall(node.value):
                yield from ((module, name.split(" as ")[0].strip()) for name in names.split(","))


FILES = [p for p in sorted((TOP / "tests" / "lab").glob("*.py")) if [*_imports(p)]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TOP)))
def test_what_they_import_is_there(path: Path) -> None:
    for module, name in _imports(path):
        if not hasattr(importlib.import_module(module), name):
            importlib.import_module(f"{module}.{name}")


def test_there_are_such_programs() -> None:
    assert len(FILES) >= 4
