"""The smallest nouns: values with an origin, what is missing, and how a check asks for a fact."""

from __future__ import annotations

from typing import cast

import pytest

from unshim.model.values import (
    FileText,
    Missing,
    Origin,
    Setting,
    Source,
    Unknown,
    Version,
    Why,
    all_known,
    known,
    present,
)

NO = Missing("not root: /etc/x may not be read", Why.NOT_PERMITTED)
PLACE = Source(Origin.FILE, "/etc/crictl.yaml", 3)


@pytest.mark.parametrize("fact", [None, False, 0, "", (), {}, "x", Version(0, 0, 0)])
def test_a_fact_that_is_there_is_known_even_where_it_is_nothing(fact: object) -> None:
    assert known(fact) is fact
    assert present(fact) is fact


def test_a_missing_fact_makes_what_asks_for_it_unknown() -> None:
    with pytest.raises(Unknown) as caught:
        known(NO)
    assert caught.value.missing is NO
    assert str(caught.value) == "not root: /etc/x may not be read"


def test_a_missing_fact_counts_as_absent_where_only_presence_matters() -> None:
    assert present(NO) is None


def test_what_is_missing_is_false_and_gives_a_reason_without_being_asked_why() -> None:
    assert not NO
    assert Missing("x").why is Why.UNREADABLE


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(PLACE, "/etc/crictl.yaml:3", id="a file and its line"),
        pytest.param(PLACE._replace(line=None), "/etc/crictl.yaml", id="a place without lines"),
        pytest.param(
            Source(Origin.DEFAULT, "default of kubelet 1.23"), "default of kubelet 1.23", id="words"
        ),
        pytest.param(PLACE._replace(line=0), "/etc/crictl.yaml:0", id="a line that is zero"),
    ],
)
def test_a_source_in_words(source: Source, words: str) -> None:
    assert str(source) == words


@pytest.mark.parametrize("noun", [NO, Setting(1, PLACE)], ids=["Missing", "Setting"])
@pytest.mark.parametrize("name", ["reason", "value", "source", "anything"])
def test_neither_a_setting_nor_what_is_missing_can_be_changed(noun: object, name: str) -> None:
    with pytest.raises(AttributeError, match=f"^{type(noun).__name__} cannot be changed$"):
        setattr(noun, name, 1)


def test_settings_are_equal_by_value_and_place() -> None:
    one = Setting(1, PLACE)
    assert one == Setting(1, PLACE) and hash(one) == hash(Setting(1, PLACE))
    assert one != Setting(2, PLACE)
    assert one != Setting(1, PLACE._replace(line=4))
    assert len({one, Setting(1, PLACE), Setting(2, PLACE)}) == 2


def test_reasons_are_equal_by_words_and_kind() -> None:
    assert Missing("x") == Missing("x", Why.UNREADABLE)
    assert Missing("x") != Missing("x", Why.TIMEOUT)
    assert Missing("x") != Missing("y")


def test_two_types_with_the_same_parts_are_never_equal() -> None:
    """Both have two slots, and here the same in each."""
    setting: object = Setting(Why.TIMEOUT, cast(Source, "x"))
    missing: object = Missing("x", Why.TIMEOUT)
    assert setting != missing and missing != setting
    assert setting != ("x", Why.TIMEOUT)


def test_they_come_apart_in_a_match() -> None:
    match Setting("systemd", PLACE):
        case Setting(value, source):
            assert (value, source) == ("systemd", PLACE)
    match NO:
        case Missing(reason, why):
            assert (reason, why) == (NO.reason, Why.NOT_PERMITTED)


def test_a_setting_shows_its_parts() -> None:
    assert repr(Missing("x", Why.TIMEOUT)) == "Missing('x', <Why.TIMEOUT: 'timeout'>)"


def test_words_of_an_enumeration_print_as_themselves() -> None:
    assert f"{Why.NOT_RUNNING} {Origin.UNIT!s}" == "not-running unit"
    assert Why("timeout") is Why.TIMEOUT
    assert Origin.FILE == "file"  # type: ignore[comparison-overlap]  # it is a text too


def test_a_version_prints_and_tells_its_line() -> None:
    assert str(Version(1, 6, 9)) == "1.6.9"
    assert Version(2, 10, 0).line == (2, 10)
    assert Version(2, 10, 0).line > Version(2, 9, 9).line


def test_the_bytes_of_a_file_show_in_no_trace() -> None:
    file = FileText("/etc/kubernetes/admin.conf", b"client-key-data: CANARY")
    assert repr(file) == "FileText('/etc/kubernetes/admin.conf')"
    assert "CANARY" not in f"{(file,)} {Setting(file, PLACE)!r}"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("grün\n".encode(), "grün\n", id="UTF-8"),
        pytest.param(b"sch\xf6n", r"sch\xf6n", id="what is not UTF-8 as escapes"),
        pytest.param(b"\xef\xbb\xbfx", "\ufeffx", id="a byte order mark stays"),
        pytest.param(b"a\r\nb", "a\r\nb", id="so do the ends of lines"),
    ],
)
def test_a_file_as_text(data: bytes, text: str) -> None:
    assert FileText("/x", data).text() == text


def test_the_same_file_with_other_rights_is_another() -> None:
    file = FileText("/x", b"", mode=0o600)
    assert file != FileText("/x", b"")
    assert file == FileText("/x", b"", mode=0o600)


def test_all_is_known_or_the_first_that_is_not_says_why() -> None:
    first, second = Missing("not allowed"), Missing("timed out")
    assert all_known(["b", "a"]) == ("b", "a")
    assert all_known([]) == ()
    assert all_known(["b", first, "a", second]) is first
