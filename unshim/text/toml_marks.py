"""TOML with the place of every value: which file and line a setting stands in.

tomllib (tomli on 3.10) decides what the document means; a scanner over the same text finds the
lines. containerd reads TOML with other libraries (1.4 BurntSushi, 1.5 to 1.7 go-toml v1, 2.x
go-toml v2), which differ from tomllib in corners. `lenient` accepts what 1.x accepts and the
standard does not: bytes that are no UTF-8 and control characters, as in a comment in GB18030.
Not followed: inline tables over several lines (1.5 and later take them) and trailing commas in
them (1.4 and 2.x do), which only readers of TOML 1.1 know (tomli from 2.4); numbers with leading
zeros (1.x). There a caller with the real binary should ask it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from unshim.model.machine import ParseError
from unshim.model.values import FileText, Origin, Setting, Source
from unshim.text.patterns import lazy
from unshim.text.toml_lines import DEPTH_LIMIT, Path, TooDeepError, key_lines

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SIZE_LIMIT = 1024 * 1024
BOM = b"\xef\xbb\xbf"


class Table:
    """A table: its entries by key, and where it was first named. Arrays are values, not tables."""

    __slots__ = ("entries", "source")

    def __init__(
        self, source: Source, entries: dict[str, Setting[object] | Table] | None = None
    ) -> None:
        self.source = source
        self.entries: dict[str, Setting[object] | Table] = {} if entries is None else entries

    def table(self, key: str) -> Table | None:
        entry = self.entries.get(key)
        return entry if isinstance(entry, Table) else None


def read_toml(file: FileText, *, lenient: bool = False) -> Table | ParseError:
    """The document in a file. Messages of a ParseError never hold what the file holds."""
    if len(file.data) > SIZE_LIMIT:
        return ParseError(file.path, f"larger than {SIZE_LIMIT} bytes")
    data = file.data.removeprefix(BOM)
    try:
        text = data.decode("utf-8", "replace" if lenient else "strict")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        return ParseError(file.path, "is not UTF-8", line, column)
    if lenient:
        text = _CONTROL.sub(" ", text)
    if _DEEP_KEY.search(text):
        return ParseError(file.path, f"nested deeper than {DEPTH_LIMIT} levels")
    try:
        values = tomllib.loads(text)
        return _table(values, (), file.path, key_lines(text.replace("\r\n", "\n")), 1)
    except tomllib.TOMLDecodeError as error:
        return _refused(file.path, error, text)
    except _TooBigError as error:
        return ParseError(file.path, "a number does not fit 64 bits", error.args[0])
    except ValueError:
        # Python itself refuses to read numbers of thousands of digits.
        return ParseError(file.path, "a number does not fit 64 bits")
    except (RecursionError, TooDeepError):
        return ParseError(file.path, f"nested deeper than {DEPTH_LIMIT} levels")


# For such a key the decoder takes time by the square of its parts: minutes for 100 kB.
_DEEP_KEY = lazy(
    rf"""(?m)(?:^|[{{,\[])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{DEPTH_LIMIT}}}"""
)
_CONTROL = lazy(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACE = lazy(r"\(at line (\d+), column (\d+)\)")

# The decoder's own words may quote a key or a character of the file, so only these come through.
_MESSAGES = (
    ("Cannot declare", "a table is defined twice"),
    ("Cannot overwrite", "a key is set twice"),
    ("Cannot mutate", "an inline table or array is extended"),
    ("Cannot redefine", "a table is defined twice"),
    ("Duplicate inline table key", "a key is set twice"),
    ("Expected '=' after", "an equals sign is missing"),
    ("Expected newline or end", "more follows on the line than one statement"),
    ("Expected ']", "a table header is not closed"),
    ("Invalid initial character", "no key can begin like this"),
    ("Invalid value", "this is not a value"),
    ("Invalid statement", "this is not a statement"),
    ("Illegal character", "a character that may not stand here"),
    ("Found invalid character", "a character that may not stand here"),
    ("Unterminated", "a string is not closed"),
    ("Unclosed array", "an array is not closed"),
    ("Unclosed inline table", "an inline table is not closed"),
    ("Invalid hex", "a string holds an escape that is none"),
    ("Unescaped '\\'", "a string holds an escape that is none"),
    ("Escaped character is not", "a string holds an escape that is none"),
    ("Invalid date", "this is not a date"),
    ("Expected", "something is missing, or not closed"),
)


def _refused(path: str, error: tomllib.TOMLDecodeError, text: str) -> ParseError:
    problem = str(error)
    message = next(
        (ours for theirs, ours in _MESSAGES if problem.startswith(theirs)), "is not TOML"
    )
    place = _PLACE.search(problem)
    if place is None:
        return ParseError(path, message, text.rstrip("\n").count("\n") + 1)  # at its end
    return ParseError(path, message, int(place[1]), int(place[2]))


class _TooBigError(Exception):
    """A number that no TOML reader but Python's takes. `args[0]` is its line."""


def _table(
    values: Mapping[str, object], path: Path, file: str, lines: Mapping[Path, int], line: int
) -> Table:
    if len(path) > DEPTH_LIMIT:
        raise TooDeepError
    table = Table(Source(Origin.FILE, file, line))
    for key, value in values.items():
        place = (*path, key)
        at = lines.get(place, line)
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise _TooBigError(at)
        if isinstance(value, dict):
            table.entries[key] = _table(value, place, file, lines, at)
        else:
            table.entries[key] = Setting(value, Source(Origin.FILE, file, at))
    return table


def settings(table: Table, path: Path = ()) -> Iterator[tuple[Path, Setting[object]]]:
    """Every value in a table and the tables in it, with its path of keys."""
    for key, entry in table.entries.items():
        if isinstance(entry, Table):
            yield from settings(entry, (*path, key))
        else:
            yield (*path, key), entry


def dotted(path: Path) -> str:
    """A path as TOML writes it: keys that are not bare stand in quotes."""
    return ".".join(k if _BARE.fullmatch(k) else '"' + k.replace('"', '\\"') + '"' for k in path)


_BARE = lazy(r"[A-Za-z0-9_-]+")
