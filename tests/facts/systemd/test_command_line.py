"""An ExecStart as the program gets it: which one holds, and what its variables become."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import tree
from unshim.facts.systemd.command_line import Word, expand
from unshim.facts.systemd.environment import Environment, Variable
from unshim.facts.systemd.specifiers import Specifiers
from unshim.model.values import FileText, Missing, known
from unshim.text.lined import plain

HIDDEN = Missing("$HIDDEN stands in a file that could not be read")


def _environment(**values: str) -> Environment:
    variables = {name: Variable(path="/env", value=plain(text, 5)) for name, text in values.items()}
    return Environment(variables, (), None, {"HIDDEN": HIDDEN})


def _command(folder: Path, *texts: str, **values: str) -> tuple[Word, ...] | Missing:
    files = [FileText(f"/{number}", text.encode()) for number, text in enumerate(texts)]
    return expand(files, _environment(**values), Specifiers(tree(folder, {}), "a.service"))


def _words(folder: Path, line: str, **values: str) -> list[str]:
    text = f"[Service]\nExecStart={line}\n"
    return [word.text for word in known(_command(folder, text, **values))]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/k $A", ["/k", "1", "two  words"]),
        ("/k ${A}", ["/k", "1 'two  words'"]),
        ("/k a${B}c", ["/k", "abc"]),
        ("/k ${B}${B}", ["/k", "bb"]),
        ("/k $EMPTY end", ["/k", "end"]),
        ("/k ${EMPTY} end", ["/k", "", "end"]),
        ("/k $$ $$B $${B}", ["/k", "$", "$B", "${B}"]),
        ("/k ${B", ["/k", "${B"]),
        ("/k $B.conf", ["/k"]),
        ("/k $OPEN", ["/k", "a b"]),
        ("$B", ["$B"]),
        (r"/k \x41 'a b'c \"", ["/k", "A", "a bc", '"']),
    ],
)
def test_what_variables_become(tmp_path: Path, line: str, words: list[str]) -> None:
    values = {"A": "1 'two  words'", "B": "b", "EMPTY": "", "OPEN": "'a b"}
    assert _words(tmp_path, line, **values) == words


@pytest.mark.parametrize("sign", ["-", "+", "!", "!!", "|", "-+"])
def test_a_prefix_is_not_of_the_program(tmp_path: Path, sign: str) -> None:
    assert _words(tmp_path, f"{sign}/k $A", A="1") == ["/k", "1"]


def test_a_colon_keeps_variables_and_an_at_sign_takes_the_name(tmp_path: Path) -> None:
    assert _words(tmp_path, ":/k $A ${A}", A="1") == ["/k", "$A", "${A}"]
    assert _words(tmp_path, "@:/k zero $A", A="1") == ["/k", "$A"]
    assert _words(tmp_path, "@/k") == ["/k"]


@pytest.mark.parametrize("line", ["/k $HIDDEN", "/k a${HIDDEN}b", "/k -- $HIDDEN"])
def test_a_variable_that_could_not_be_read_is_not_an_empty_one(tmp_path: Path, line: str) -> None:
    assert _command(tmp_path, f"[Service]\nExecStart={line}\n") == HIDDEN


@pytest.mark.parametrize(
    "name", ["HOME", "LISTEN_FDS", "INVOCATION_ID", "RUNTIME_DIRECTORY", "STATE_DIRECTORY"]
)
def test_what_systemd_itself_sets_is_known_only_where_the_unit_sets_it(
    tmp_path: Path, name: str
) -> None:
    line = f"[Service]\nExecStart=/k ${{{name}}}\n"
    assert _command(tmp_path, line) == Missing(f"systemd itself sets ${name}")
    assert _words(tmp_path, f"/k ${{{name}}}", **{name: "own"}) == ["/k", "own"]


def test_a_later_file_replaces_a_command_after_an_empty_one_only(tmp_path: Path) -> None:
    first, second = "[Service]\nExecStart=/a\n", "[Service]\nExecStart=\nExecStart=/b\n"
    assert [w[:3] for w in known(_command(tmp_path, first, second))] == [("/b", "/1", 3)]
    both = _command(tmp_path, first, "[Service]\nExecStart=/b\n")
    assert both == Missing("systemd refuses the unit for a second ExecStart= in /1:2")
    assert _command(tmp_path, first, "[Service]\nExecStart=\n") == ()
    assert _command(tmp_path) == ()


@pytest.mark.parametrize(("kind", "allowed"), [("oneshot", True), ("simple", False), ("", False)])
def test_of_several_commands_a_oneshot_unit_starts_with_the_first(
    tmp_path: Path, kind: str, allowed: bool
) -> None:
    found = _command(
        tmp_path, f"[Service]\nType=oneshot\nType={kind}\nExecStart=/a\nExecStart=/b\n"
    )
    assert isinstance(found, Missing) is not allowed
    if allowed:
        assert [word.text for word in known(found)] == ["/a"]


def test_a_broken_line_refuses_the_unit_even_where_it_is_taken_back(tmp_path: Path) -> None:
    text = "[Service]\nExecStart=/a 'open\nExecStart=\nExecStart=/b\n"
    assert _command(tmp_path, text) == Missing("systemd refuses the unit for an open quote in /0:2")
    section = _command(tmp_path, "[Service]\nExecStart=/a\n", "\n[Service\n")
    words = "systemd refuses the unit for a section's broken name in /1:2"
    assert section == Missing(words)


def test_a_words_place_is_its_variables_own(tmp_path: Path) -> None:
    text = "[Service]\nExecStart=/k \\\n $A ${A}x y${A}\n"
    assert known(_command(tmp_path, text, A="1 2")) == (
        Word("/k", "/0", 2, None),
        Word("1", "/env", 5, "A"),
        Word("2", "/env", 5, "A"),
        Word("1 2x", "/env", 5, "A"),
        Word("y1 2", "/0", 3, None),
    )


def test_a_line_that_does_not_end_costs_no_time(tmp_path: Path) -> None:
    found = known(_command(tmp_path, "[Service]\nExecStart=/k" + " --a" * 20_000 + "\n"))
    assert len(found) == 20_001
