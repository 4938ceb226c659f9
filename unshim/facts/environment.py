"""Environment= and EnvironmentFile= of a unit, as systemd reads them (systemd.exec(5))."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from unshim.facts import lined, unit_files
from unshim.facts.lined import Lined
from unshim.host import Host
from unshim.model.values import FileText, Missing

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class Variable(NamedTuple):
    """The value of a variable and the file that holds it."""

    path: str
    value: Lined


class Environment(NamedTuple):
    """The variables a unit starts with, the EnvironmentFiles that exist, and what went wrong."""

    variables: Mapping[str, Variable]
    files: tuple[FileText, ...]
    unread: Missing | None


def read(host: Host, files: Sequence[FileText]) -> Environment:
    """The environment that a unit's files give it.

    Variables of EnvironmentFiles replace those of Environment=, whatever their order.
    """
    variables: dict[str, Variable] = {}
    paths: list[str] = []
    for file in files:
        for found in unit_files.parse(file):
            if found.section != "Service":
                continue
            if found.key == "Environment":
                _assign(variables, found)
            elif found.key == "EnvironmentFile":
                paths = [*paths, found.value.text] if found.value.text else []
    texts, unread = _env_files(host, paths)
    for text in texts:
        for name, value in parse_env_file(text.data):
            variables[name] = Variable(text.path, value)
    return Environment(variables, tuple(texts), unread)


def _assign(variables: dict[str, Variable], found: unit_files.Assignment) -> None:
    if not found.value.text:
        variables.clear()
        return
    for word in lined.words(found.value, escapes=True) or ():
        name, equals, text = word.text.partition("=")
        if equals and _NAME.match(name):
            value = Lined(text.replace("%%", "%"), word.lines[len(name) + 1 :])
            variables[name] = Variable(found.path, value if "%%" not in text else _again(value))


def _again(value: Lined) -> Lined:
    """After `%%` became `%` the text is shorter than its lines."""
    return Lined(value.text, value.lines[: len(value.text)])


def _env_files(host: Host, paths: Sequence[str]) -> tuple[list[FileText], Missing | None]:
    texts: list[FileText] = []
    unread: Missing | None = None
    for written in paths:
        for path in _globbed(host, written.removeprefix("-").strip("\"'")):
            found = host.read(path)
            if isinstance(found, Missing):
                unread = found
            elif found is not None:
                texts.append(found)
    return texts, unread


def _globbed(host: Host, path: str) -> list[str]:
    folder, _, pattern = path.rpartition("/")
    if not any(sign in pattern for sign in "*?["):
        return [path]
    names = host.list(folder)
    return [f"{folder}/{name}" for name in names or () if fnmatch.fnmatchcase(name, pattern)]


def parse_env_file(data: bytes) -> Iterator[tuple[str, Lined]]:
    """Names and values of an EnvironmentFile, in order. No shell: `$(…)` is text.

    Names that are none (`export X`) are left out, as systemd does.
    Source: systemd src/basic/env-file.c (parse_env_file_internal), and what systemd 252 did with
    such files. There a comment that ends in a backslash hides the next line; since 254 it does not.
    """
    text = data.decode("utf-8", "backslashreplace").removeprefix("\ufeff").replace("\r\n", "\n")
    reader = _EnvFile(text)
    for name, value in reader.entries():
        if _NAME.match(name):
            yield name, value


class _EnvFile:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def _next(self) -> str:
        """The next character, "" at the end."""
        character = self._text[self._at : self._at + 1]
        self._at += 1
        if character == "\n":
            self._line += 1
        return character

    def entries(self) -> Iterator[tuple[str, Lined]]:
        while self._at < len(self._text):
            start = self._text[self._at]
            if start in " \t\n\r":
                self._next()
            elif start in "#;":
                self._to_line_end()
            else:
                name = self._name()
                if name is not None:
                    yield name.rstrip(), self._value()

    def _to_line_end(self) -> None:
        while (character := self._next()) not in ("\n", ""):
            if character == "\\":
                self._next()

    def _name(self) -> str | None:
        """Up to the `=`; None for a line without one."""
        name = []
        while (character := self._next()) not in ("=", "\n", ""):
            name.append(character)
        return "".join(name) if character == "=" else None

    def _value(self) -> Lined:
        kept: list[tuple[str, int]] = []
        bare = 0  # how much of `kept` stays when blanks at the end are cut off
        before = True  # no unquoted text has begun since the start or the last quote
        while True:
            line = self._line
            character = self._next()
            if character in ("\n", ""):
                return lined.of_pairs(kept[:bare])
            if before and character in "\"'":
                kept += self._quoted(character)
                bare = len(kept)
            elif character == "\\":
                taken = self._next()
                before = False
                if taken not in ("\n", ""):
                    kept.append((taken, line))
                bare = len(kept)
            elif character in " \t\r":
                if not before:
                    kept.append((character, line))
            else:
                before = False
                kept.append((character, line))
                bare = len(kept)

    def _quoted(self, quote: str) -> list[tuple[str, int]]:
        kept: list[tuple[str, int]] = []
        while True:
            line = self._line
            character = self._next()
            if character in (quote, ""):
                return kept
            if character == "\\" and quote == '"':
                taken = self._next()
                if taken in ('"', "\\", "`", "$"):
                    kept.append((taken, line))
                elif taken not in ("\n", ""):
                    kept += [("\\", line), (taken, line)]
            else:
                kept.append((character, line))
