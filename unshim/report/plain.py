"""Values as JSON has them, each by its type.

A file appears by path, owner, mode, size and time, never with its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from unshim.model.values import FileText, Missing, Setting, Source, StrEnum, Version
from unshim.text.escape import visible


def plain(value: object) -> Any:
    """A value as JSON has it."""
    return by_type(_PLAIN, value)


def by_type(tellers: Mapping[type, Callable[[Any], Any]], value: object) -> Any:
    """What the teller of the value's type, or of the nearest one above it, makes of it."""
    teller = tellers.get(type(value))
    if teller is None:
        teller = next(tellers[kind] for kind in type(value).__mro__ if kind in tellers)
    return teller(value)


def _plain_of_tuple(value: tuple[object, ...]) -> Any:
    if not hasattr(value, "_asdict"):
        return [plain(part) for part in value]
    return {name: plain(part) for name, part in value._asdict().items()}


def _plain_of_mapping(value: Mapping[object, object]) -> dict[str, Any]:
    return {visible(str(key)): plain(part) for key, part in value.items()}


def _plain_of_file(file: FileText) -> dict[str, object]:
    return {
        "path": visible(file.path),
        "mode": f"{file.mode:04o}",
        "uid": file.uid,
        "gid": file.gid,
        "size": len(file.data),
        "mtime": file.mtime,
    }


def _plain_of_setting(setting: Setting[object]) -> dict[str, object]:
    source = setting.source
    value = plain(setting.value)
    return {"value": value, "source": str(source), "origin": source.origin.value}


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    int: lambda value: value,
    float: lambda value: value if value == value and abs(value) != float("inf") else str(value),
    str: lambda value: visible(value, newlines=True),
    Enum: lambda value: str(value.value),
    StrEnum: lambda value: str(value.value),
    Setting: _plain_of_setting,
    Missing: lambda missing: {"missing": missing.reason, "why": missing.why.value},
    Source: str,
    Version: str,
    FileText: _plain_of_file,
    dict: _plain_of_mapping,
    MappingProxyType: _plain_of_mapping,
    frozenset: lambda value: sorted(plain(part) for part in value),
    tuple: _plain_of_tuple,
    list: lambda value: [plain(part) for part in value],
    object: str,
}
