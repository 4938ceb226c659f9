"""A command line is parsed by the parsers it needs, and comes out as by the whole."""

from __future__ import annotations

import pytest

from unshim.cli.exits import UsageError
from unshim.cli.parser import VERBS, build, parse

LINES = [
    "",
    "--report json",
    "--root /x --only a,b --skip list",
    "--only list --report text",
    "list --json",
    "explain plan",
    "plan a b -o plan.json",
    "apply --yes ./plan.json",
    "undo",
    "undo 000001 --yes",
    "journal",
    "facts kubelet --json --root /x",
    "record --sh",
    "completion zsh",
]
WRONG = ["nothing", "--nothing", "--report xml", "list list", "facts nothing", "explain", "--root"]


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_parsed_as_by_the_whole(line: str) -> None:
    assert parse(line.split()) == build().parse_args(line.split())


@pytest.mark.parametrize("line", WRONG)
def test_an_error_names_every_verb_there_is(line: str) -> None:
    with pytest.raises(UsageError) as whole:
        build().parse_args(line.split())
    with pytest.raises(UsageError) as ours:
        parse(line.split())
    assert str(ours.value) == str(whole.value)


@pytest.mark.parametrize("line", ["--help", "-h", "--he", "plan -h", "--report json --help"])
def test_help_is_that_of_the_whole(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(line.split())
    ours = capsys.readouterr().out
    with pytest.raises(SystemExit):
        build().parse_args(line.split())
    assert ours == capsys.readouterr().out != ""


def test_only_what_is_named_is_built() -> None:
    """The others cost a report a part of its start."""
    with pytest.raises(UsageError, match="invalid choice"):
        build(["list"]).parse_args(["plan"])
    assert set(VERBS) >= {"list", "plan"}
