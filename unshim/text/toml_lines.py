"""In which line each table and key of a TOML document stands: a scanner over what is TOML."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress

from unshim.text.patterns import lazy

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEPTH_LIMIT = 100

Path = tuple[str, ...]


class TooDeepError(Exception):
    """Tables are nested deeper than DEPTH_LIMIT."""


_BLANK = lazy(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = lazy(r"[ \t]*")
_STRING = lazy(
    r'"""(?:[^"\\]|\\.|"(?!"")|"(?="""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_KEY = lazy(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_PLAIN = lazy(r"[^,\]}\n#]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and key of a document that the decoder takes.

    Raises:
        TooDeepError: inline tables are nested deeper than DEPTH_LIMIT.
    """
    lines: dict[Path, int] = {}
    # Should the scanner run past the end of a document that tomllib takes, lines are coarse (a
    # value has its table's) and values right all the same.
    with suppress(IndexError):
        lines.update(_Scanner(text).marks())
    return lines


class _Scanner:
    """Finds the line of every table and key in a document that tomllib has accepted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self._arrays: set[Path] = set()
        self._seen: set[Path] = set()

    def marks(self) -> Iterator[tuple[Path, int]]:
        """Paths and their lines, counted from 1. Nothing inside an array of tables is listed."""
        prefix: Path | None = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return
            line = self._line()
            if self.text[self.at] == "[":
                arrays = self.text.startswith("[[", self.at)
                self.at += 2 if arrays else 1
                path = self._path()
                self.at += 2 if arrays else 1
                prefix = None if arrays or self._inside_array(path) else path
                if arrays:
                    self._arrays.add(path)
                yield from self._prefixes(path, line)
            else:
                for path, at in self._pair(() if prefix is None else prefix):
                    if prefix is not None:
                        yield path, at

    def _inside_array(self, path: Path) -> bool:
        return any(path[: len(array)] == array for array in self._arrays)

    def _prefixes(self, path: Path, line: int) -> Iterator[tuple[Path, int]]:
        """A header names its parents too, where nothing did before."""
        for length in range(1, len(path) + 1):
            if path[:length] not in self._seen:
                self._seen.add(path[:length])
                yield path[:length], line

    def _pair(self, prefix: Path) -> Iterator[tuple[Path, int]]:
        line = self._line()
        path = (*prefix, *self._path())
        self.at += 1  # the equals sign
        yield from self._prefixes(path, line)
        yield from self._value(path)

    def _path(self) -> Path:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _key(self) -> str:
        raw = self._skip(_KEY)
        if raw[:1] == '"' and "\\" in raw:
            return str(tomllib.loads(f"k={raw}")["k"])
        return raw[1:-1] if raw[:1] in ("'", '"') else raw

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        self._skip(_SPACE)
        first = self.text[self.at]
        if first == "{":
            yield from self._inline(path)
        elif first == "[":
            self._array()
        else:
            self._skip(_STRING) or self._skip(_PLAIN)

    def _inline(self, path: Path) -> Iterator[tuple[Path, int]]:
        if len(path) > DEPTH_LIMIT:
            raise TooDeepError
        self.at += 1
        while True:
            self._skip(_BLANK)
            if self.text[self.at] == "}":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            yield from self._pair(path)

    def _array(self) -> None:
        """Step over an array and all it holds: brackets and braces in strings do not count."""
        depth = 0
        while True:
            self._skip(_BLANK)
            char = self.text[self.at]
            if char in "[{":
                depth += 1
            elif char in "]}":
                depth -= 1
            elif char in "\"'":
                self._skip(_STRING)
                continue
            self.at += 1
            if depth == 0:
                return

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def _line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1
