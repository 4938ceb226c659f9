"""JSON that was made to fill the memory is refused before it is read."""

from __future__ import annotations

import pytest

from unshim.text import bounded_json
from unshim.text.bounded_json import VALUES_LIMIT, TooManyValuesError


def test_what_json_has_is_read() -> None:
    assert bounded_json.loads(b'{"a": [1, 2.5, null, true, "\xc3\xa9"]}') == {
        "a": [1, 2.5, None, True, "é"]
    }


@pytest.mark.parametrize(
    "value", [b"[],", b'{"":0},', b"0,", b'"",', b"{},"], ids=["lists", "dicts", "0", "text", "{}"]
)
def test_more_values_than_can_be_held_are_refused(value: bytes) -> None:
    with pytest.raises(TooManyValuesError, match="holds more than 1000000 values"):
        bounded_json.loads(b"[" + value * VALUES_LIMIT + b"0]")


def test_a_long_text_is_one_value() -> None:
    assert len(bounded_json.loads(b'["' + b"a" * 3_000_000 + b'"]')[0]) == 3_000_000


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_json_has_not_are_refused(number: bytes) -> None:
    with pytest.raises(ValueError, match="is no number"):
        bounded_json.loads(b'{"Created": ' + number + b"}")
