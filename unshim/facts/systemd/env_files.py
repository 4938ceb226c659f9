"""The lines of an EnvironmentFile, as systemd reads them (systemd.exec(5), basic/env-file.c)."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.text import lined
from unshim.text.lined import Lined
from unshim.text.patterns import lazy

NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def parse_env_file(data: bytes) -> Iterator[tuple[str, Lined]]:
    """Names and values of an EnvironmentFile, in order. No shell: `$(…)` is text.

    Names that are none (`export X`) are left out, as systemd does.
    Source: systemd src/basic/env-file.c (parse_env_file_internal), and what systemd 252 did with
    such files. There a comment that ends in a backslash hides the next line; since 254 it does not.
    """
    text = data.decode("utf-8", "backslashreplace").removeprefix("\ufeff").replace("\r\n", "\n")
    reader = _EnvFile(text)
    for name, value in reader.entries():
        if NAME.match(name):
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
                kept += self._read_quoted(character)
                bare = len(kept)
            elif character == "\\":
                escaped = self._next()
                before = False
                if escaped not in ("\n", ""):
                    kept.append((escaped, line))
                bare = len(kept)
            elif character in " \t\r":
                if not before:
                    kept.append((character, line))
            else:
                before = False
                kept.append((character, line))
                bare = len(kept)

    def _read_quoted(self, quote: str) -> list[tuple[str, int]]:
        kept: list[tuple[str, int]] = []
        while True:
            line = self._line
            character = self._next()
            if character in (quote, ""):
                return kept
            if character == "\\" and quote == '"':
                escaped = self._next()
                if escaped in ('"', "\\", "`", "$"):
                    kept.append((escaped, line))
                elif escaped not in ("\n", ""):
                    kept += [("\\", line), (escaped, line)]
            else:
                kept.append((character, line))
