"""Words of a command line as systemd splits them, each character with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.lined import Lined, commands, of_pairs, plain, words


def _texts(text: str, *, escapes: bool = True) -> list[str] | None:
    found = words(plain(text, 1), escapes=escapes)
    return None if found is None else [word.text for word in found]


def _commands(text: str) -> list[list[str]] | None:
    found = commands(plain(text, 1))
    return None if found is None else [[word.text for word in command] for command in found]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        pytest.param("", [], id="nothing is no word"),
        pytest.param(" \t\n\r ", [], id="blanks are no word"),
        pytest.param("  a\t b \n c ", ["a", "b", "c"], id="any number of blanks divides"),
        pytest.param("'a b' \"c d\"", ["a b", "c d"], id="quotes hold blanks together"),
        pytest.param("a'b c'd", ["ab cd"], id="a quote may begin within a word"),
        pytest.param("'' x", ["", "x"], id="empty quotes are an empty word"),
        pytest.param('"it\'s"', ["it's"], id="one quote within the other is a character"),
        pytest.param("a ; b", ["a", ";", "b"], id="without commands a semicolon is a word"),
    ],
)
@pytest.mark.parametrize("escapes", [True, False], ids=["of a unit file", "of a variable"])
def test_words(text: str, split: list[str], escapes: bool) -> None:
    assert _texts(text, escapes=escapes) == split


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param(r"a\tb\n", "a\tb\n", id="C's letters"),
        pytest.param(r"a\sb", "a b", id="systemd's s is a blank that divides nothing"),
        pytest.param(r"\"\'\\", "\"'\\", id="quotes and the backslash itself"),
        pytest.param(r"a\x41b", "aAb", id="two hexadecimal digits"),
        pytest.param(r"\x4A\x4a", "JJ", id="of either case"),
        pytest.param(r"\u20acB", "€B", id="four of them"),
        pytest.param(r"\U0001F433", "🐳", id="eight of them"),
        pytest.param(r"\1012", "A2", id="three octal digits, the next is itself"),
    ],
)
def test_an_escape_of_a_unit_file(text: str, word: str) -> None:
    assert _texts(text) == [word]
    assert _texts(f'"{text}"') == [word]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r"a\q", id="a letter that escapes nothing"),
        pytest.param(r"\xzz", id="no hexadecimal digits"),
        pytest.param(r"\x+f", id="a sign is no digit"),
        pytest.param(r"\u1_23", id="an underscore is no digit"),
        pytest.param(r"\x4", id="a digit too few at the end"),
        pytest.param(r"\18x", id="an eight is not octal"),
        pytest.param(r"\777", id="more than a byte"),
        pytest.param(r"\x00", id="NUL"),
        pytest.param(r"\000", id="NUL in octal digits"),
        pytest.param(r"\ud800", id="half a surrogate pair"),
        pytest.param(r"\U00110000", id="beyond all characters"),
        pytest.param("a\\", id="a backslash at the end"),
    ],
)
def test_what_escapes_nothing_stays_as_it_is(text: str) -> None:
    """systemd 252 says of each: Ignoring unknown escape sequences."""
    assert _texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        pytest.param(r"a\ b", ["a b"], id="a backslash takes the next character as it is"),
        pytest.param(r"\n\x41", ["nx41"], id="no letter of C's counts"),
        pytest.param("'a b", ["a b"], id="an open quote ends with the text"),
    ],
)
def test_the_value_of_a_variable_knows_no_escapes(text: str, split: list[str]) -> None:
    assert _texts(text, escapes=False) == split


@pytest.mark.parametrize("text", ["'a", 'a "b', "a 'b\" c"])
def test_an_open_quote_makes_the_whole_invalid(text: str) -> None:
    assert _texts(text) is None
    assert _commands(text) is None


@pytest.mark.parametrize(
    ("text", "split"),
    [
        pytest.param("a b", [["a", "b"]], id="one command"),
        pytest.param("a ; b c", [["a"], ["b", "c"]], id="a semicolon between blanks divides"),
        pytest.param("a;b c;", [["a;b", "c;"]], id="within or at the end of a word it does not"),
        pytest.param(r"a \; b", [["a", ";", "b"]], id="escaped it is a word"),
        pytest.param("a ';' b", [["a", ";", "b"]], id="quoted it is a word"),
        pytest.param("; a ; ; b ;", [["a"], ["b"]], id="nothing between two is no command"),
        pytest.param(r"a ;x \;y", [["a", ";x", r"\;y"]], id="before a word it belongs to it"),
        pytest.param("", [], id="nothing is no command"),
    ],
)
def test_commands(text: str, split: list[list[str]]) -> None:
    assert _commands(text) == split


def test_each_character_keeps_its_line() -> None:
    value = of_pairs([*zip("a 'b", [1] * 4, strict=True), *zip(r"\x41' c", [2] * 7, strict=True)])
    found = words(value, escapes=True)
    assert found == (Lined("a", (1,)), Lined("bA", (1, 2)), Lined("c", (2,)))
    assert [word.line for word in found] == [1, 1, 2]


def test_a_word_of_nothing_has_no_line() -> None:
    found = words(plain("''", 7), escapes=True)
    assert found == (Lined("", ()),)
    assert found[0].line is None


def test_a_semicolon_that_is_a_word_stands_on_its_own_line() -> None:
    value = of_pairs([("a", 1), (" ", 1), ("\\", 4), (";", 4)])
    assert commands(value) == ((Lined("a", (1,)), Lined(";", (4,))),)


_word = st.text("ab'\"\\ \tnx4;", max_size=6)


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


@given(st.lists(_word, max_size=5))
def test_quoted_words_come_back(split: list[str]) -> None:
    text = " ".join(map(_quoted, split))
    assert _texts(text) == split
    assert _commands(text) == ([split] if split else [])


@given(st.text("a\\'\" x41;u\t", max_size=12), st.booleans())
def test_no_text_breaks_the_split_and_no_character_loses_its_line(text: str, escapes: bool) -> None:
    value = Lined(text, tuple(range(1, len(text) + 1)))
    found = words(value, escapes=escapes)
    for word in found or ():
        assert len(word.text) == len(word.lines)
        assert sorted(word.lines) == list(word.lines)
        for character, line in zip(*word, strict=True):
            assert text[line - 1] in (character, "\\")
