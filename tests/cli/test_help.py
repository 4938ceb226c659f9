"""Help: every verb has a description, every word and option stands in it, at any width."""

from __future__ import annotations

import sys

import pytest

from tests.cli.test_bad_input import TOP, unshim
from unshim import __version__
from unshim.cli.declared import Verb
from unshim.cli.help import page
from unshim.cli.table import EXITS, REPORT, VERBS
from unshim.report.as_text import painted

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.word)
def test_a_verb_is_described_with_each_of_its_words_and_options(verb: Verb) -> None:
    done = unshim("help", verb.word)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == unshim(verb.word, "--help").stdout
    first = done.stdout.splitlines()[0]
    assert first.startswith(f"usage: unshim {verb.word} [OPTION…]")
    words = " ".join(done.stdout.split())
    assert verb.text in words and len(verb.text) > len(verb.summary)
    for option in verb.options:
        assert (option.name in words) is not option.hidden
    for argument in verb.arguments:
        assert argument.metavar in first and argument.help in words


def test_the_whole_help_has_every_verb_and_code() -> None:
    told = unshim("--help").stdout
    assert told == unshim("help").stdout == unshim("-h").stdout
    assert [word for word in VERBS if f"\n  {word} " not in told] == []
    assert [code for code, _ in EXITS if f"\n  {code} " not in told] == []
    assert "demo-if" not in told


@pytest.mark.parametrize("word", ["", *VERBS])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_row_is_wider_than_the_terminal(word: str, width: int) -> None:
    rows = [row.text for row in painted(page(word), width)]
    commands = {command for verb in (REPORT, *VERBS.values()) for command, _ in verb.examples}
    too_wide = [row for row in rows if len(row) > width and row.strip() not in commands]
    assert too_wide == []


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["-V", "plan"]])
def test_the_release(words: list[str]) -> None:
    done = unshim(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"unshim {__version__}\n", "")


def test_the_manual_is_what_ships() -> None:
    page_of_it = (TOP / "unshim" / "completions" / "unshim.1").read_text(encoding="utf-8")
    assert unshim("help", "--man").stdout == page_of_it
    assert page_of_it.startswith('.\\" Made by scripts/completions.py.\n.TH UNSHIM 1')


def test_an_installed_unshim_has_its_manual_and_completion_where_they_are_looked_for() -> None:
    declared = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    data = declared["targets"]["wheel"]["shared-data"]
    assert {place: (TOP / file).read_text()[:20] for file, place in data.items()} == {
        "share/man/man1/unshim.1": '.\\" Made by scripts/',
        "share/bash-completion/completions/unshim": "# bash completion fo",
        "share/zsh/site-functions/_unshim": "#compdef unshim\n# zs",
        "share/fish/vendor_completions.d/unshim.fish": "# fish completion fo",
    }
