"""The command line of a unit, expanded as systemd does it (systemd.service(5), COMMAND LINES)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unshim.facts import lined, unit_files
from unshim.facts.environment import Variable
from unshim.facts.lined import Lined
from unshim.model.values import FileText

_BRACED = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WHOLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)\Z")


class Word(NamedTuple):
    """One argument, the file and line that hold it, and the variable it came from."""

    text: str
    path: str
    line: int | None
    variable: str | None


def expand(files: Sequence[FileText], variables: Mapping[str, Variable]) -> tuple[Word, ...]:
    """The program and arguments of the ExecStart that holds; empty where there is none."""
    holds: unit_files.Assignment | None = None
    for file in files:
        for found in unit_files.parse(file):
            if (found.section, found.key) == ("Service", "ExecStart"):
                holds = found if found.value.text else None
    if holds is None:
        return ()
    return _expanded(holds, variables)


def _expanded(
    command: unit_files.Assignment, variables: Mapping[str, Variable]
) -> tuple[Word, ...]:
    split = lined.words(command.value, escapes=True) or ()
    if not split:
        return ()
    first = split[0]
    program = first.text.lstrip("@-:+!|")
    prefix = first.text[: len(first.text) - len(program)]
    words = [Word(program, command.path, first.line, None)]
    rest = split[2:] if "@" in prefix else split[1:]
    for word in rest:
        if word.text == ";":
            break
        if ":" in prefix:
            words.append(Word(word.text, command.path, word.line, None))
        else:
            words += _substituted(word, command.path, variables)
    return tuple(words)


def _substituted(word: Lined, path: str, variables: Mapping[str, Variable]) -> list[Word]:
    """`$VAR` as a word of its own is split at blanks; `${VAR}` stays in one word."""
    whole = _WHOLE.match(word.text)
    if whole:
        variable = variables.get(whole[1])
        if variable is None:
            return []
        parts = lined.words(variable.value, escapes=False) or ()
        return [Word(part.text, variable.path, part.line, whole[1]) for part in parts]

    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        variable = variables.get(found[1])
        return variable.value.text if variable else ""

    text = _BRACED.sub(value, word.text).replace("%%", "%")
    start = _BRACED.match(word.text)
    variable = variables.get(start[1]) if start and start[1] else None
    if start is not None and variable is not None:
        return [Word(text, variable.path, variable.value.line, start[1])]
    return [Word(text, path, word.line, None)]
