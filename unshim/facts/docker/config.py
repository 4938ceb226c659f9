"""daemon.json, accepted and refused as dockerd does: JSON and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from unshim.model.machine import ParseError
from unshim.model.values import FileText, Origin, Setting, Source
from unshim.text import yaml_marks
from unshim.text.escape import visible
from unshim.text.marked_settings import clean, named

_BOM = b"\xef\xbb\xbf"


def parse(file: FileText) -> Mapping[str, Setting[object]] | ParseError:
    """Values by dotted key, with the line of their key where it could be told.

    Of a key written twice the last holds, as in Go; an empty file has no values.
    Source: moby daemon/config/config.go (getConflictFreeConfiguration).
    """
    path = visible(file.path)
    text = file.data.removeprefix(_BOM).decode("utf-8", "replace")
    if not text.strip():
        return {}
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return ParseError(path, _describe_error(error), error.lineno, error.colno)
    except (RecursionError, ValueError):
        return ParseError(path, "not readable as JSON")
    if not isinstance(document, dict):
        return ParseError(path, "not an object of settings", 1, 1)
    lines = _lines(path, file.data)
    settings: dict[str, Setting[object]] = {}
    _flatten(settings, "", document, path, lines)
    return settings


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _describe_error(error: json.JSONDecodeError) -> str:
    message = error.msg[:1].lower() + error.msg[1:]
    if message.startswith("extra data"):
        return "something stands after the end of the object"
    return message


def _lines(path: str, data: bytes) -> dict[str, int]:
    """The line of each key, as far as the file is YAML too (nearly all JSON is)."""
    documents = yaml_marks.parse(path, data)
    if isinstance(documents, ParseError) or not documents:
        return {}
    return {key: line for key, (_, line) in yaml_marks.flatten(documents[0]).items()}


def _flatten(
    settings: dict[str, Setting[object]],
    prefix: str,
    values: dict[str, Any],
    path: str,
    lines: dict[str, int],
) -> None:
    for key, value in values.items():
        dotted = prefix + key
        source = Source(Origin.FILE, path, lines.get(dotted))
        settings[named(dotted)] = Setting(clean(dotted, value), source)
        if isinstance(value, dict):
            _flatten(settings, f"{dotted}.", value, path, lines)
