"""Values of the kubelet's settings, from flags as pflag reads them and from the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.releases.kubelet_kinds import ZERO, Kind, boolean, of_file, of_flags

T, N, B, D = Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DURATION
W, P, L, G = Kind.WORDS, Kind.PAIRS, Kind.THRESHOLDS, Kind.GATES


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        pytest.param(T, ["a", " b "], " b ", id="of texts the last wins, blanks and all"),
        pytest.param(N, ["1", "2"], 2, id="of numbers too"),
        pytest.param(N, ["0x10"], 16, id="a number in hexadecimal"),
        pytest.param(N, ["010"], 8, id="a leading zero is octal"),
        pytest.param(N, ["0o17"], 15, id="so is 0o"),
        pytest.param(N, ["0b11"], 3, id="a binary one"),
        pytest.param(N, ["-999"], -999, id="a negative one"),
        pytest.param(N, ["-010"], -8, id="a negative one in octal"),
        pytest.param(N, ["1_000"], 1000, id="underscores between digits"),
        pytest.param(N, ["0"], 0, id="zero is zero in any base"),
        pytest.param(B, ["true", "F"], False, id="of two, the last"),
        pytest.param(D, ["90s"], "1m30s", id="a duration in Go's words"),
        pytest.param(W, ["a,b", "c"], ["a", "b", "c"], id="lists add up"),
        pytest.param(W, [""], [], id="nothing is no word"),
        pytest.param(W, ['a,"b,c"'], ["a", "b,c"], id="CSV's quotes hold a comma"),
        pytest.param(W, ["a,,b"], ["a", "", "b"], id="an empty word between commas counts"),
        pytest.param(P, ["a=1,b=2", "a=3"], {"a": "3", "b": "2"}, id="of a key, the last"),
        pytest.param(P, [" a = b=c ,"], {"a": "b=c"}, id="pairs without blanks, split once"),
        pytest.param(L, ["memory.available<5%"], {"memory.available": "5%"}, id="thresholds"),
        pytest.param(G, ["A=true,B=0"], {"A": True, "B": False}, id="gates are true or false"),
        pytest.param(G, [""], {}, id="no gate"),
    ],
)
def test_what_flags_give(kind: Kind, written: list[str], value: object) -> None:
    assert of_flags(kind, written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        pytest.param(N, "", id="no number"),
        pytest.param(N, "1.5", id="a fraction"),
        pytest.param(N, " 1", id="a blank before a number"),
        pytest.param(N, "08", id="an eight in octal"),
        pytest.param(N, "--1", id="two signs"),
        pytest.param(N, "٣", id="a digit that is not ASCII"),
        pytest.param(N, "10Mi", id="a quantity"),
        pytest.param(B, "yes", id="a word of YAML's"),
        pytest.param(B, "tRUE", id="a mixed case"),
        pytest.param(B, "", id="nothing"),
        pytest.param(D, "5", id="a duration without a unit"),
        pytest.param(P, "a", id="a key without a value"),
        pytest.param(L, "memory.available=5%", id="a threshold with ="),
        pytest.param(G, "A=on", id="a gate that is neither"),
    ],
)
def test_what_the_kubelet_refuses_in_a_flag(kind: Kind, written: str) -> None:
    with pytest.raises(ValueError):
        of_flags(kind, [written])


def test_a_flag_that_is_refused_is_refused_even_where_a_later_one_wins() -> None:
    with pytest.raises(ValueError, match="no boolean"):
        of_flags(B, ["maybe", "true"])


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        pytest.param(T, "x", "x", id="a text"),
        pytest.param(N, 5, 5, id="a number"),
        pytest.param(N, 5.0, 5, id="a number that JSON wrote with a point"),
        pytest.param(B, False, False, id="false"),
        pytest.param(D, "120s", "2m0s", id="a duration in Go's words"),
        pytest.param(W, ["a", ""], ["a", ""], id="words"),
        pytest.param(W, [], [], id="no words"),
        pytest.param(P, {"a": "b"}, {"a": "b"}, id="pairs"),
        pytest.param(L, {}, {}, id="no thresholds"),
        pytest.param(G, {"A": True}, {"A": True}, id="gates"),
    ],
)
def test_what_the_file_gives(kind: Kind, value: object, held: object) -> None:
    assert of_file(kind, value) == held
    assert type(of_file(kind, value)) is type(held)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(T, 5, id="a number as text"),
        pytest.param(T, None, id="nothing as text"),
        pytest.param(N, "5", id="a text as number"),
        pytest.param(N, True, id="true as number"),
        pytest.param(N, 5.5, id="a fraction as number"),
        pytest.param(B, 1, id="one as true"),
        pytest.param(B, "true", id="a text as true"),
        pytest.param(D, 30, id="a number as duration"),
        pytest.param(W, "a", id="a text as words"),
        pytest.param(W, ["a", 1], id="a number among words"),
        pytest.param(P, ["a=b"], id="a list as pairs"),
        pytest.param(P, {"a": 1}, id="a number in pairs"),
        pytest.param(G, {"A": "true"}, id="a text in gates"),
    ],
)
def test_what_the_kubelet_refuses_in_its_file(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match=f"^no {kind}$"):
        of_file(kind, value)


@pytest.mark.parametrize("text", ["1", "t", "T", "true", "TRUE", "True"])
def test_what_go_takes_as_true(text: str) -> None:
    assert boolean(text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "false", "FALSE", "False"])
def test_what_go_takes_as_false(text: str) -> None:
    assert boolean(text) is False


@pytest.mark.parametrize("kind", Kind)
def test_the_zero_of_a_kind_is_of_that_kind(kind: Kind) -> None:
    assert of_file(kind, ZERO[kind]) == ZERO[kind]


_word = st.text("abc.-", min_size=1, max_size=5)


@given(st.lists(_word, min_size=1), st.lists(_word, min_size=1))
def test_one_flag_or_two_hold_the_same_words(one: list[str], other: list[str]) -> None:
    both = of_flags(W, [",".join(one), ",".join(other)])
    assert both == of_flags(W, [",".join([*one, *other])]) == one + other


@given(st.integers(-(10**9), 10**9))
def test_a_number_is_the_same_in_any_base(number: int) -> None:
    sign = "-" if number < 0 else ""
    written = [str(number), *(f"{sign}{abs(number):#{base}}" for base in "xob")]
    assert {of_flags(N, [text]) for text in written} == {number}
