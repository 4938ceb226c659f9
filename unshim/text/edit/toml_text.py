"""Change one value of a TOML file, such as containerd's configuration, and no other byte."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Sequence
from typing import Any

from unshim.model.nouns import NamedTuple
from unshim.text.edit.lines import BOM, EditError, closed, decoded, ending, split
from unshim.text.patterns import lazy

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Document = dict[str, Any]
Path = tuple[str, ...]
_BARE = lazy(r"^[A-Za-z0-9_-]+$")


def set_value(data: bytes, path: Path, value: bool | int | str, file: str) -> bytes:
    """`data` with `path` (keys from the top) holding `value`.

    A key that stands keeps its line, indentation and comment. A new one goes right under its
    table's header; a new table under the nearest table around it. The result is parsed again and
    must differ in this key alone.

    Raises:
        EditError: the file is not TOML, or the key has a form that cannot be edited in place.
    """
    text = decoded(data.removeprefix(BOM), file)
    before = parse(text, file)
    want = copy.deepcopy(before)
    table = want
    for key in path[:-1]:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise EditError(f"{key} in {file} is not a table")
    stands = path[-1] in table
    table[path[-1]] = value
    lines = split(text)
    lines = _replace(lines, path, value) if stands else _insert(lines, path, value)
    return _check(data, "".join(lines), want, file)


def remove_key(data: bytes, path: Path, file: str) -> bytes:
    """`data` without the key at `path`. A key that is not there changes nothing.

    Raises:
        EditError: the file is not TOML, or the key does not stand on a line of its own.
    """
    text = decoded(data.removeprefix(BOM), file)
    want = parse(text, file)
    table = want
    for key in path[:-1]:
        table = table.get(key, {})
    if path[-1] not in table:
        return data
    del table[path[-1]]
    lines = split(text)
    number, _ = _line_of(lines, path)
    return _check(data, "".join([*lines[:number], *lines[number + 1 :]]), want, file)


def remove_items(data: bytes, path: Path, items: Sequence[str], file: str) -> bytes:
    """`data` with these strings taken out of the array at `path`; where they are not, as it is.

    Raises:
        EditError: the file is not TOML, or the array cannot be edited in place.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = decoded(data.removeprefix(BOM), file)
    want = parse(text, file)
    array: Any = want
    for key in path:
        array = array.get(key, []) if isinstance(array, dict) else []
    kept = [item for item in array if item not in items]
    if len(kept) == len(array):
        return data
    table = want
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = kept
    try:
        document: Any = tomlkit.parse(text)
        held = document
        for key in path:
            held = held[key]
        for item in [i for i in held if i in items]:
            held.remove(item)
        after = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError):
        raise EditError(f"{'.'.join(path)} in {file} cannot be edited in place") from None
    return _check(data, after, want, file)


def parse(text: str, file: str) -> Document:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        raise EditError(f"{file} is not TOML that can be edited") from None


def _check(data: bytes, after: str, want: Document, file: str) -> bytes:
    if parse(after, file) != want:
        raise EditError(f"{file} has a form that is not edited safely")
    return (BOM if data.startswith(BOM) else b"") + after.encode()


class _Header(NamedTuple):
    path: Path
    line: int
    indent: str
    text: str


def _headers(lines: list[str]) -> list[_Header]:
    """Every `[table]` line and where it stands."""
    headers = []
    for number, line in enumerate(lines):
        stripped = line.strip()
        if stripped.startswith("[") and not stripped.startswith("[["):
            try:
                value: Any = tomllib.loads(stripped)
            except ValueError:
                continue
            path: list[str] = []
            while isinstance(value, dict) and value:
                key, value = next(iter(value.items()))
                path.append(key)
            indent = line[: len(line) - len(line.lstrip())]
            headers.append(_Header(tuple(path), number, indent, stripped))
    return headers


def _section(headers: list[_Header], path: Path, count: int) -> tuple[int, int] | None:
    """The lines of a table's own body, first and one past the last; None: no such header."""
    if not path:
        return 0, headers[0].line if headers else count
    for index, header in enumerate(headers):
        if header.path == path:
            end = headers[index + 1].line if index + 1 < len(headers) else count
            return header.line + 1, end
    return None


def _line_of(lines: list[str], path: Path) -> tuple[int, re.Match[str]]:
    section = _section(_headers(lines), path[:-1], len(lines))
    name = re.escape(path[-1])
    value = r"""(?:"[^"]*"|'[^']*'|[^\s#"'\[\{]+)"""
    pattern = lazy(rf"""^(\s*["']?{name}["']?\s*=\s*)({value})(\s*(?:#.*)?\r?\n?)$""")
    if section is not None:
        for number in range(*section):
            match = pattern.match(lines[number])
            if match is not None:
                return number, match
    raise EditError(f"{path[-1]} does not stand on a line of its own")


def _replace(lines: list[str], path: Path, value: bool | int | str) -> list[str]:
    number, match = _line_of(lines, path)
    return [*lines[:number], f"{match[1]}{_spell_value(value)}{match[3]}", *lines[number + 1 :]]


def _insert(lines: list[str], path: Path, value: bool | int | str) -> list[str]:
    headers = _headers(lines)
    new = f"{path[-1]} = {_spell_value(value)}{ending(lines)}"
    section = _section(headers, path[:-1], len(lines))
    if section is not None:
        first, end = section
        header = next((h for h in headers if h.path == path[:-1]), None)
        indent = _body_indent(lines[first:end], header)
        return [*closed(lines[:first]), indent + new, *lines[first:]]
    return _insert_table(lines, headers, path, new)


def _body_indent(body: list[str], header: _Header | None) -> str:
    for line in body:
        if line.strip() and not line.lstrip().startswith("#"):
            return line[: len(line) - len(line.lstrip())]
    return f"{header.indent}  " if header and header.indent else "  " if header else ""


def _insert_table(lines: list[str], headers: list[_Header], path: Path, new: str) -> list[str]:
    """A new table after the body of the nearest table around it, else at the end of the file."""
    around = max(
        (h for h in headers if h.path == path[: len(h.path)]),
        key=lambda h: len(h.path),
        default=None,
    )
    quote = "'" if around and "'" in around.text and '"' not in around.text else '"'
    name = ".".join(_key(key, quote) for key in path[:-1])
    indent = f"{around.indent}  " if around else ""
    table = [f"{indent}[{name}]{ending(lines)}", f"{indent}  {new}"]
    blank = ending(lines)
    if around is None:
        head = closed(lines)
        return [*head, *([blank] if head and head[-1].strip() else []), *table]
    section = _section(headers, around.path, len(lines))
    end = section[1] if section else len(lines)
    while end > around.line + 1 and not lines[end - 1].strip():
        end -= 1
    spaced = any(not line.strip() for line in lines)
    return [*closed(lines[:end]), *([blank] if spaced else []), *table, *lines[end:]]


def _key(key: str, quote: str) -> str:
    return key if _BARE.match(key) else f"{quote}{key}{quote}"


def _spell_value(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '\\"') + '"'
