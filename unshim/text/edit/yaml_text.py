"""Set top-level scalars of a YAML mapping, such as the kubelet's configuration, in place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from unshim.text.edit.lines import BOM, EditError, closed, decoded, ending, split


def set_top_level(data: bytes, values: Mapping[str, str], path: str) -> bytes:
    """`data` with these top-level keys holding these plain scalars.

    A key that stands keeps its line, indentation and comment; a new one is added at the end of the
    mapping. The result is parsed again and must differ in these keys alone.

    Raises:
        EditError: the file is not a YAML block mapping, or the edit cannot be made in place.
    """
    text = decoded(data.removeprefix(BOM), path)
    before = _parse(text, path)
    if text.lstrip().startswith("{"):
        raise EditError(f"{path} is JSON, which is not edited; set {_describe(values)} in it")
    lines = split(text)
    for key, value in values.items():
        lines = _set(lines, key, value, path)
    after = "".join(lines)
    want = {**before, **{k: _parse(f"v: {v}", path)["v"] for k, v in values.items()}}
    if _parse(after, path) != want:
        raise EditError(
            f"{path} has a form that is not edited safely; set {_describe(values)} in it"
        )
    return (BOM if data.startswith(BOM) else b"") + after.encode()


def _describe(values: Mapping[str, str]) -> str:
    return ", ".join(f"{k}: {v}" for k, v in values.items())


def _parse(text: str, path: str) -> dict[str, object]:
    import yaml

    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise EditError(f"{path} is not YAML that can be edited") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise EditError(f"{path} holds no mapping")
    return value


def _set(lines: list[str], key: str, value: str, path: str) -> list[str]:
    pattern = re.compile(
        rf"""^(["']?{re.escape(key)}["']?\s*:)([ \t]*)([^#\r\n]*?)([ \t]*(?:#.*)?\r?\n?)$"""
    )
    for number, line in enumerate(lines):
        match = pattern.match(line)
        if match is None:
            continue
        if not match[3] and _opens_block(lines, number):
            raise EditError(f"{path} gives {key} a block, where a single value belongs")
        return [
            *lines[:number],
            f"{match[1]}{match[2] or ' '}{value}{match[4]}",
            *lines[number + 1 :],
        ]
    end = next((n for n, line in enumerate(lines) if line.rstrip() == "..."), len(lines))
    head = closed(lines[:end])
    return [*head, f"{key}: {value}{ending(lines)}", *lines[end:]]


def _opens_block(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    return following[:1] in (" ", "\t", "-")
