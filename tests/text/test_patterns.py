"""Patterns are compiled when they are first used, and every one of unshim's compiles."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest

from scripts import house
from unshim.text.patterns import lazy


def test_it_finds_what_re_finds() -> None:
    pattern = lazy(r"(?i)a(\d)")
    found = pattern.search("xA1")
    assert found is not None
    assert found[1] == "1"
    assert pattern.sub("-", "a1 a2") == "- -"
    assert pattern.pattern == r"(?i)a(\d)"
    assert lazy(r"a b", re.X).fullmatch("ab")
    assert lazy(rb"a").findall(b"aa") == [b"a", b"a"]


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = lazy("(")
    with pytest.raises(re.error):
        wrong.search("")


def _modules() -> Iterator[str]:
    for name, path in house.modules(("unshim", "checks", "fixes")).items():
        source = path.read_text(encoding="utf-8")
        if "lazy(" in source and name != "unshim.text.patterns":
            yield name


@pytest.mark.parametrize("name", [*_modules()])
def test_every_pattern_compiles(name: str) -> None:
    """Those in tuples too."""
    values = list(vars(importlib.import_module(name)).values())
    seen = 0
    while values:
        value = values.pop()
        if type(value).__name__ == "_Lazy":
            assert re.compile(value.pattern, value.flags & ~re.UNICODE)
            seen += 1
        elif isinstance(value, tuple):
            values += value
    assert seen


@pytest.mark.parametrize("name", sorted(house.modules(("unshim", "checks", "fixes"))))
def test_no_module_compiles_a_pattern_while_it_is_imported(name: str) -> None:
    source = house.modules()[name].read_text(encoding="utf-8")
    compiled = re.findall(r"(?m)^\S.*\bre\.compile\(", source)
    assert compiled == []
