"""Every unshim command that the README and the docs show can be typed so."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import TOP
from tests.laws.nodes import CHECKS
from unshim.cli.parser import parse
from unshim.cli.table import REPORT, VERBS

PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]
_PLACEHOLDERS = {"SUBJECT": "kubelet", "COMMAND": "plan", "SHELL": "bash"}
COMMAND = re.compile(r"(?:sudo )?(?:[\w./]*/)?unshim(?: .*|$)")


def _commands(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        yield from (line for line in block.splitlines() if COMMAND.match(line))
    yield from (span for span in re.findall(r"`([^`\n]+)`", text) if COMMAND.match(span))


def _words(command: str) -> list[str]:
    """What unshim is given of it: no comment, no redirection, no pipe."""
    words = shlex.split(command.replace("[", "").replace("]", ""), comments=True)
    words = [_PLACEHOLDERS.get(word, word) for word in words]
    words = words[words.index(next(w for w in words if w.endswith("unshim"))) + 1 :]
    for sign in (">", "|"):
        at = [n for n, word in enumerate(words) if word.startswith(sign)]
        words = words[: at[0]] if at else words
    return words


SHOWN = [(page.name, line) for page in PAGES for line in _commands(page)]
EXAMPLES = [("help", line) for verb in (REPORT, *VERBS.values()) for line, _ in verb.examples]


@pytest.mark.parametrize(("page", "command"), [*SHOWN, *EXAMPLES])
def test_a_command_that_is_shown_can_be_typed(page: str, command: str) -> None:
    options = parse(_words(command))
    ids = {check.id for check in CHECKS}
    named = [
        *options.only,
        *(options.words if options.verb in ("explain", "plan", "apply") else ()),
    ]
    assert [n for n in named if n not in ids and n not in ("ID",) and "plan.json" not in n] == []


def test_there_are_some() -> None:
    assert len([line for page, line in SHOWN if page == "README.md"]) > 20
    assert {parse(_words(line)).verb for page, line in SHOWN if page == "README.md"} >= {
        "", "plan", "apply", "undo", "facts", "record", "explain", "help", "completion",
    }  # fmt: skip
