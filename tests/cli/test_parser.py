"""The command line: what each option becomes, and the one line for what it cannot be."""

from __future__ import annotations

import re

import pytest

from unshim.cli.exits import UsageError
from unshim.cli.parser import parse


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {"verb": None, "report": None, "output": None, "fail_on": "error", "only": ()}),
        (["--report", "json", "-o", "x"], {"report": "json", "output": "x"}),
        (["--only", "a, b,,c"], {"only": ("a", "b", "c")}),
        (["--skip", "a"], {"skip": ("a",)}),
        (["--demo"], {"demo": "always"}),
        (["--demo=auto"], {"demo": "auto"}),
        (["plan"], {"verb": "plan", "ids": []}),
        (["plan", "a", "b", "-o", "p.json"], {"ids": ["a", "b"], "output": "p.json"}),
        (["apply", "./p.json", "--yes"], {"ids": ["./p.json"], "yes": True}),
        (["undo"], {"verb": "undo", "run": "", "yes": False}),
        (["undo", "2026", "--yes"], {"run": "2026", "yes": True}),
        (["facts", "kubelet", "--json"], {"subject": "kubelet", "json": True}),
        (["facts"], {"subject": None, "json": False}),
        (["record", "x.tar.gz"], {"destination": "x.tar.gz", "sh": False}),
        (["record", "--sh"], {"destination": None, "sh": True}),
        (["explain", "a"], {"id": "a"}),
        (["completion", "zsh"], {"shell": "zsh"}),
    ],
)
def test_words_become_options(words: list[str], options: dict[str, object]) -> None:
    parsed = vars(parse(words))
    assert {name: parsed[name] for name in options} == options


@pytest.mark.parametrize("words", [["--root", "a", "plan"], ["plan", "--root", "a"]])
def test_the_node_is_chosen_before_or_after_the_verb(words: list[str]) -> None:
    assert parse(words).root == "a"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--report", "pdf"], "--report: invalid choice: 'pdf'"),
        (["--fail-on", "fatal"], "--fail-on: invalid choice"),
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["explain"], "arguments are required: ID"),
        (["facts", "weather"], "invalid choice: 'weather'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["completion", "fish"], "invalid choice: 'fish'"),
    ],
)
def test_what_cannot_be_meant_is_one_line_that_names_it(words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(complaint)) as refused:
        parse(words)
    assert "\n" not in str(refused.value)
    assert "--help`)" in str(refused.value)
