"""The command line of a unit, expanded as systemd does it (systemd.service(5), COMMAND LINES)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unshim.facts.systemd import unit_files
from unshim.facts.systemd.environment import Environment, Variable
from unshim.facts.systemd.specifiers import Specifiers
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Unknown, known
from unshim.text import lined
from unshim.text.escape import visible
from unshim.text.lined import Lined
from unshim.text.patterns import lazy

_BRACED = lazy(r"\$\$|\$\{([^}]*)\}")
# Set or replaced by systemd itself when it starts a program (systemd.exec(5)).
_OF_SYSTEMD = frozenset(
    [
        "PATH",
        "LANG",
        "USER",
        "LOGNAME",
        "HOME",
        "SHELL",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
        "MAINPID",
        "MANAGERPID",
        "NOTIFY_SOCKET",
        "SYSTEMD_EXEC_PID",
        "LISTEN_FDS",
        "LISTEN_PID",
        "LISTEN_FDNAMES",
        "WATCHDOG_PID",
        "WATCHDOG_USEC",
    ]
)


class Word(NamedTuple):
    """One argument, the file and line that hold it, and the variable it came from."""

    text: str
    path: str
    line: int | None
    variable: str | None


def expand(
    files: Sequence[FileText], environment: Environment, specifiers: Specifiers
) -> tuple[Word, ...] | Missing:
    """The program and arguments of the ExecStart that holds; empty where there is none.

    Missing where systemd refuses the unit for what it reads there. Of several commands the first is
    given where the unit's type allows them (`oneshot`).
    """
    try:
        commands, kind = _commands(files, specifiers)
        if len(commands) > 1 and kind != "oneshot":
            raise _refusal("a second ExecStart=", commands[-1].path, commands[-1].line)
        return _expand_command(commands[0], environment) if commands else ()
    except Unknown as unknown:
        return unknown.missing


class _Command(NamedTuple):
    path: str
    line: int
    words: tuple[Lined, ...]


def _refusal(what: str, path: str, line: int) -> Unknown:
    return Unknown(Missing(f"systemd refuses the unit for {what} in {visible(path)}:{line}"))


def _commands(files: Sequence[FileText], specifiers: Specifiers) -> tuple[list[_Command], str]:
    """Every command of every ExecStart that holds, and the unit's type.

    Raises:
        Unknown: systemd refuses the unit, even where a later line takes the command back.
    """
    commands: list[_Command] = []
    kind = ""
    for file in files:
        broken = unit_files.broken_section(file)
        if broken is not None:
            raise _refusal("a section's broken name", file.path, broken)
        for assignment in unit_files.parse(file):
            match assignment.section, assignment.key:
                case "Service", "Type":
                    kind = assignment.value.text
                case "Service", "ExecStart" if not assignment.value.text:
                    commands = []
                case "Service", "ExecStart":
                    commands += _of_line(assignment, specifiers)
    return commands, kind


def _of_line(assignment: unit_files.Assignment, specifiers: Specifiers) -> list[_Command]:
    """The commands of one ExecStart. One that begins with `-` is left out where it is broken."""
    split = lined.commands(assignment.value)
    optional = "-" in assignment.value.text.partition("/")[0]
    if split is None:
        if optional:
            return []
        raise _refusal("an open quote", assignment.path, assignment.line)
    return [
        _Command(
            assignment.path,
            assignment.line,
            tuple(known(specifiers.resolve(word)) for word in words),
        )
        for words in split
    ]


def _expand_command(command: _Command, environment: Environment) -> tuple[Word, ...]:
    split = command.words
    first = split[0]
    program = first.text.lstrip("@-:+!|")
    prefix = first.text[: len(first.text) - len(program)]
    words = [Word(program, command.path, first.line, None)]
    for word in split[2:] if "@" in prefix else split[1:]:
        if ":" in prefix:
            words.append(Word(word.text, command.path, word.line, None))
        else:
            words += _substitute(word, command.path, environment)
    return tuple(words)


def _variable(environment: Environment, name: str) -> Variable | None:
    """The variable; None where it is not set.

    Raises:
        Unknown: it is set, but to what cannot be told.
    """
    if name in environment.unknown:
        raise Unknown(environment.unknown[name])
    variable = environment.variables.get(name)
    if variable is None and (name in _OF_SYSTEMD or name.endswith("_DIRECTORY")):
        raise Unknown(Missing(f"systemd itself sets ${name}"))
    return variable


def _substitute(word: Lined, path: str, environment: Environment) -> list[Word]:
    """`$VAR` as a word of its own is split at blanks; `${VAR}` stays in one word. Any word that
    begins with `$` counts as a variable's name as a whole.

    Source: systemd src/basic/env-util.c (replace_env_argv).
    """
    if word.text[:1] == "$" and word.text[1:2] not in ("{", "$"):
        name = word.text[1:]
        whole = _variable(environment, name)
        parts = (lined.words(whole.value, escapes=False) or ()) if whole else ()
        return [Word(part.text, whole.path, part.line, name) for part in parts if whole]

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        variable = _variable(environment, match[1])
        return variable.value.text if variable else ""

    text = _BRACED.sub(value, word.text)
    start = _BRACED.match(word.text)
    variable = _variable(environment, start[1]) if start and start[1] else None
    if start is not None and variable is not None:
        return [Word(text, variable.path, variable.value.line, start[1])]
    return [Word(text, path, word.line, None)]
