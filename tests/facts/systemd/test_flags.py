"""Flags out of words, as Go's pflag takes them: values, dashes, what takes none."""

from __future__ import annotations

import pytest

from unshim.facts.systemd.command_line import Word
from unshim.facts.systemd.flags import last, of_process, of_words
from unshim.model.machine import Flag, Process
from unshim.model.values import Origin, Setting, Source

Pairs = list[tuple[str, "str | None"]]


def _process(*argv: str) -> Process:
    return Process(7, "dockerd", "/usr/bin/dockerd", argv, 0.0)


def _pairs(*words: str, bare: tuple[str, ...] = (), skip: int = 0) -> Pairs:
    flags = of_process(_process(*words), bare, skip, {"H": "host", "l": "log-level", "v": "v"})
    return [(flag.name, flag.value) for flag in flags]


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["--a=1"], [("a", "1")]),
        (["--a", "1"], [("a", "1")]),
        (["--a=x=y"], [("a", "x=y")]),
        (["--a="], [("a", "")]),
        (["--a"], [("a", None)]),
        (["--a", "--b"], [("a", None), ("b", None)]),
        (["--a", "-1"], [("a", "-1")]),
        (["--log_level=v_w"], [("log-level", "v_w")]),
        (["argument", "-", "--a=1"], [("a", "1")]),
        (["--a=1", "--", "--b=2"], [("a", "1")]),
        (["--a", "--", "--b=2"], [("a", None)]),
        (["--a", ""], [("a", "")]),
        ([], []),
    ],
)
def test_long_flags(words: list[str], flags: Pairs) -> None:
    assert _pairs(*words) == flags


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["-H", "fd://"], [("host", "fd://")]),
        (["-Hfd://"], [("host", "fd://")]),
        (["-H=fd://"], [("host", "fd://")]),
        (["-Htcp://a=b"], [("host", "tcp://a=b")]),
        (["-v2"], [("v", "2")]),
        (["-x", "1"], [("x", "1")]),
        (["-l=debug"], [("log-level", "debug")]),
    ],
)
def test_a_letter_holds_its_value_with_or_without_a_sign(words: list[str], flags: Pairs) -> None:
    assert _pairs(*words) == flags


@pytest.mark.parametrize("name", ["config", "address", "root", "state", "log-level"])
def test_long_names_that_containerd_takes_with_one_dash(name: str) -> None:
    assert _pairs(f"-{name}", "/x") == [(name, "/x")]
    assert _pairs(f"-{name}=/x") == [(name, "/x")]


def test_another_long_name_with_one_dash_is_a_letter_and_its_value() -> None:
    assert _pairs("-d/etc") == [("d", "/etc")]


def test_a_bare_flag_takes_no_word_after_it_but_a_value_of_its_own() -> None:
    assert _pairs("--debug", "x", "--a=1") == [("debug", "x"), ("a", "1")]
    assert _pairs("--debug", "x", "--a=1", bare=("debug",)) == [("debug", None), ("a", "1")]
    assert _pairs("--debug=false", bare=("debug",)) == [("debug", "false")]


def test_flags_of_a_process_name_it_and_leave_its_first_words_out() -> None:
    process = _process("/hyperkube", "kubelet", "--a=1")
    source = Source(Origin.PROCESS, "process dockerd")
    assert of_process(process, (), 2) == (Flag("a", "1", source),)
    assert of_process(_process("--program"), ()) == ()


def test_flags_of_a_unit_know_the_line_and_the_variable_of_their_names() -> None:
    words = [
        Word("--a", "/unit", 3, None),
        Word("1", "/unit", 4, None),
        Word("--b=2", "/env\x1b", 9, "ARGS"),
    ]
    assert of_words(words, ()) == (
        Flag("a", "1", Source(Origin.FLAG, "/unit", 3), None),
        Flag("b", "2", Source(Origin.FLAG, r"/env\x1b", 9), "ARGS"),
    )


def test_values_are_shown_without_secrets_and_signs_that_move_a_terminal() -> None:
    assert _pairs("--bearer-token", "CANARY7f3a") == [("bearer-token", "(removed)")]
    assert _pairs("--http-proxy=http://u:CANARY7f3a@p:1") == [
        ("http-proxy", "http://(removed)@p:1")
    ]
    assert _pairs("--na\x1bme=\u202e") == [(r"na\x1bme", r"\(removed)")]
    assert _pairs("--node-ip=\u202ev") == [("node-ip", r"\u202ev")]
    assert _pairs("--unknown=CANARY7f3a") == [("unknown", "(removed)")]


def test_the_last_of_all_its_names_wins_and_a_bare_one_is_true() -> None:
    one, two, three = (Source(Origin.FLAG, "/unit", line) for line in (1, 2, 3))
    flags = (Flag("a", "1", one), Flag("alias", "2", two), Flag("b", None, three))
    assert last(flags, "a") == Setting("1", one)
    assert last(flags, "a", "alias") == Setting("2", two)
    assert last(flags, "b") == Setting("true", three)
    assert last(flags, "c") is None
    assert last((), "a") is None
