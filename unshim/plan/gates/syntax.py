"""Whether what a plan writes is read by a second parser too, beside the one that edited it.

A fault that the file had before is not the plan's: it is left to the checks.
"""

from __future__ import annotations

import json
import posixpath
import sys
from collections.abc import Callable, Iterable
from typing import Any

import tomlkit
import yaml
from tomlkit.exceptions import TOMLKitError

from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.steps import WriteFile
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.patterns import lazy

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LINE = lazy(r"\bline (\d+)")
_BOM = b"\xef\xbb\xbf"
Parser = Callable[[bytes], str]
"""Why a file cannot be read, "" where it can."""


class _Twice(Exception):
    pass


class Fault(NamedTuple):
    """A file that a plan would write, and why a parser would not read it."""

    path: str
    reason: str


def faults(writes: Iterable[WriteFile], toml: frozenset[str] = frozenset()) -> tuple[Fault, ...]:
    """What a parser refuses of the new files and did not refuse of the old ones. `toml` are files
    that are TOML whatever they are called."""
    found = []
    for step in writes:
        if step.after is None:
            continue
        parsers = _TOML if step.path in toml else _PARSERS.get(posixpath.splitext(step.path)[1], ())
        for parser in parsers:
            reason = parser(step.after)
            if reason and (step.before is None or not parser(step.before)):
                found.append(Fault(step.path, reason))
                break
    return tuple(found)


def _toml(data: bytes) -> str:
    try:
        tomllib.loads(data.removeprefix(_BOM).decode())
    except (ValueError, RecursionError) as error:
        return _words("TOML", error)
    return ""


def _toml_again(data: bytes) -> str:
    """tomlkit's view, which must be tomllib's."""
    try:
        text = data.removeprefix(_BOM).decode()
        other = tomlkit.parse(text).unwrap()
    except (ValueError, RecursionError, TOMLKitError) as error:
        return _words("TOML", error)
    try:
        same = other == tomllib.loads(text)
    except (ValueError, RecursionError):
        return ""  # the other parser's to tell
    return "" if same else "two readers of TOML take it for different things"


def _yaml(data: bytes) -> str:
    found = yaml_marks.parse("", data)
    if not isinstance(found, ParseError):
        return ""
    place = f" (line {found.line})" if found.line else ""
    return f"is not strict YAML: {found.message}{place}"


def _yaml_again(data: bytes) -> str:
    """PyYAML's own loader; only of what is known to be shallow and small."""
    if _yaml(data):
        return ""
    try:
        whole = all(isinstance(one, (dict, type(None))) for one in yaml.safe_load_all(data))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _words("YAML", error)
    return "" if whole else "has no keys, only a text or a list"


def _json(data: bytes) -> str:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in items]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise _Twice(f"has {visible(twice)} twice")
        return dict(items)

    try:
        whole = isinstance(json.loads(data.decode(), object_pairs_hook=pairs), dict)
    except _Twice as twice:
        return str(twice)
    except (ValueError, RecursionError) as error:
        return _words("JSON", error)
    return "" if whole else "has no keys, only a text or a list"


def _words(form: str, error: Exception) -> str:
    """What is wrong, and where; never a word of the file, which may be a secret."""
    mark = getattr(error, "problem_mark", None)
    told = _LINE.search(str(error))
    line = mark.line + 1 if mark is not None else told[1] if told else ""
    return f"is not {form}" + (f" (line {line})" if line else "")


_TOML: tuple[Parser, ...] = (_toml, _toml_again)
_YAML: tuple[Parser, ...] = (_yaml, _yaml_again)
_JSON: tuple[Parser, ...] = (_json,)
_PARSERS = {
    ".toml": _TOML,
    ".yaml": _YAML,
    ".yml": _YAML,
    ".json": _JSON,
    ".conflist": _JSON,
}
