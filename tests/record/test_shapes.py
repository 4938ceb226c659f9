"""Parts of a record's index: of the kind they must be, or one error that says which is not."""

from __future__ import annotations

from typing import Any

import pytest

from unshim.model.values import Missing, Why
from unshim.record.shapes import Wrong, bytes_of, missing_in, of_kind, part, time_in


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        pytest.param([], dict, "x is not a mapping", id="a list as mapping"),
        pytest.param({}, list, "x is not a list", id="a mapping as list"),
        pytest.param(5, str, "x is not a text", id="a number as text"),
        pytest.param("5", int, "x is not a whole number", id="a text as number"),
        pytest.param(5.0, int, "x is not a whole number", id="a fraction as number"),
        pytest.param(True, int, "x is not a whole number", id="true as number"),
        pytest.param(1, bool, "x is not a true or false", id="one as true"),
        pytest.param(None, str, "x is not a text", id="nothing as text"),
    ],
)
def test_what_is_of_another_kind(value: object, kind: type, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        of_kind(value, kind, "x")
    assert str(caught.value) == words


@pytest.mark.parametrize("value", [{}, [], "", 0, False, True])
def test_what_is_of_its_kind_is_itself(value: object) -> None:
    assert of_kind(value, type(value), "x") is value


def test_what_names_a_part_is_short_and_visible() -> None:
    with pytest.raises(Wrong) as caught:
        of_kind(1, str, "\x1b]52;c;x\x07" + "a" * 1000)
    assert str(caught.value).startswith(r"\x1b]52;c;x\x07aaa")
    assert len(str(caught.value)) < 250


def test_a_part_that_is_absent_or_null_has_its_default() -> None:
    assert part({}, "uid", int, 7) == 7
    assert part({"uid": None}, "uid", int, 7) == 7
    assert part({"uid": 0}, "uid", int, 7) == 0
    with pytest.raises(Wrong, match=r"^uid is not a whole number$"):
        part({"uid": "0"}, "uid", int, 7)


@pytest.mark.parametrize(("value", "seconds"), [(5, 5.0), (5.25, 5.25), (0, 0.0), (-1, -1.0)])
def test_a_time_is_a_number_with_a_point_or_without(value: object, seconds: float) -> None:
    assert time_in({"mtime": value}, "mtime") == seconds
    assert isinstance(time_in({"mtime": value}, "mtime"), float)


@pytest.mark.parametrize("value", [True, "5", None, [5]])
def test_what_is_not_a_time(value: object) -> None:
    with pytest.raises(Wrong, match=r"^mtime is not a number$"):
        time_in({"mtime": value}, "mtime")


def test_a_time_that_is_absent_is_zero() -> None:
    assert time_in({}, "mtime") == 0.0


@pytest.mark.parametrize(
    ("of", "missing"),
    [
        pytest.param({"kind": "file"}, None, id="what is there"),
        pytest.param({"missing": "r"}, Missing("r", Why.UNREADABLE), id="a reason alone"),
        pytest.param(
            {"missing": "not root", "why": "not-permitted"},
            Missing("not root", Why.NOT_PERMITTED),
            id="a reason and its kind",
        ),
        pytest.param({"missing": "a\x1bb"}, Missing(r"a\x1bb"), id="a reason made visible"),
        pytest.param({"missing": ""}, Missing(""), id="an empty reason is one"),
    ],
)
def test_why_a_part_was_not_to_be_had(of: dict[str, Any], missing: Missing | None) -> None:
    assert missing_in(of) == missing


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({"missing": 5}, "missing is not a text"),
        ({"missing": None}, "missing is not a text"),
        ({"missing": "x", "why": 5}, "why is not a text"),
        ({"missing": "x", "why": "because"}, "why is none of unshim's"),
    ],
)
def test_a_reason_of_another_kind(of: dict[str, Any], words: str) -> None:
    with pytest.raises(Wrong) as caught:
        missing_in(of)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("value", "data"),
    [
        pytest.param("grün", "grün".encode(), id="text is UTF-8"),
        pytest.param("\udcff", b"\xff", id="half a pair stands for the byte it came from"),
        pytest.param({"base64": "/wA="}, b"\xff\x00", id="what is not text"),
        pytest.param({"base64": ""}, b"", id="nothing"),
        pytest.param({}, b"", id="not even that"),
    ],
)
def test_bytes_are_text_or_base64(value: object, data: bytes) -> None:
    assert bytes_of(value, "/etc/x") == data


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(5, "/etc/x is not a mapping", id="a number"),
        pytest.param({"base64": 5}, "base64 is not a text", id="a number as base64"),
        pytest.param({"base64": "%"}, "/etc/x is not base64", id="another alphabet"),
        pytest.param({"base64": "/w"}, "/etc/x is not base64", id="cut short"),
        pytest.param({"base64": "/w ="}, "/etc/x is not base64", id="a blank within"),
        pytest.param({"base64": "ü"}, "/etc/x is not base64", id="not ASCII"),
    ],
)
def test_what_is_not_bytes(value: object, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        bytes_of(value, "/etc/x")
    assert str(caught.value) == words
