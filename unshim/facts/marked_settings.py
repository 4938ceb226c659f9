"""Values of a YAML file as settings: visible, without secrets, each with its file and line."""

from __future__ import annotations

from collections.abc import Mapping

from unshim import redact
from unshim.escape import visible
from unshim.model.values import Origin, Setting, Source
from unshim.yaml_marks import Marked, flatten

_EMPTY: dict[str, Setting[object]] = {}


def clean(key: str, value: object) -> object:
    """A value as it may be shown: text made visible, secrets removed, at any depth."""
    if isinstance(value, str):
        return redact.value(key.rpartition(".")[2], visible(value))
    if isinstance(value, dict):
        return {visible(str(k)): clean(str(k), v) for k, v in value.items()}
    if isinstance(value, list):
        return [clean(key, item) for item in value]
    return value


def settings(path: str, document: Marked) -> Mapping[str, Setting[object]]:
    """By dotted key."""
    shown = visible(path)
    return {
        visible(key): Setting(clean(key, value), Source(Origin.FILE, shown, line))
        for key, (value, line) in flatten(document).items()
    }
