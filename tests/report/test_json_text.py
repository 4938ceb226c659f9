"""Indented JSON is byte for byte what the standard library writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.report.json_text import indented

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_is_what_json_writes(value: Any) -> None:
    assert indented(value) == json.dumps(value, indent=2)


def test_tuples_are_lists_and_enumerations_their_text() -> None:
    assert indented({"a": (1, ())}) == json.dumps({"a": (1, ())}, indent=2)


def test_a_number_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        indented([float("nan")])


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError):
        indented({"a": object()})
