"""Values of a YAML file as settings: visible, without secrets, each with its file and line."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.values import Origin, Setting, Source
from unshim.text import allowed, kept, redact
from unshim.text.escape import visible
from unshim.text.secrets import REMOVED
from unshim.text.yaml_marks import flatten
from unshim.text.yaml_values import Marked

_EMPTY: dict[str, Setting[object]] = {}


def clean(key: str, value: object) -> object:
    """A value as it may be shown: text made visible, secrets removed, at any depth."""
    if isinstance(value, str):
        return REMOVED if _is_closed(key) else redact.value(key.rpartition(".")[2], visible(value))
    if isinstance(value, dict):
        return {named(str(k)): clean(f"{key}.{k}", v) for k, v in value.items()}
    if isinstance(value, list):
        items = [clean(key, item) for item in value]
        if any(isinstance(word, str) and word.startswith("-") for word in items):
            return _arguments(items)
        return items
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        told = allowed.key_kept(key.rpartition(".")[2]) or allowed.harmless(str(value))
        return value if told and not _is_closed(key) else REMOVED
    return value


def _is_closed(key: str) -> bool:
    """Whether a value stands in a section of which nothing is told."""
    return any(kept.is_closed(name) for name in key.split("."))


def _arguments(items: list[object]) -> list[object]:
    """A command line, where a secret is a word of its own (`--token`, `x`)."""
    texts = [word if isinstance(word, str) else "" for word in items]
    cleaned = redact.argv(texts)
    return [new if isinstance(old, str) else old for new, old in zip(cleaned, items, strict=True)]


def named(key: str) -> str:
    """A key as it may be shown: some are addresses, and those may hold a login."""
    return redact.value("", visible(key)) if "@" in key else visible(key)


def settings(path: str, document: Marked) -> Mapping[str, Setting[object]]:
    """By dotted key."""
    label = visible(path)
    return {
        named(key): Setting(clean(key, value), Source(Origin.FILE, label, line))
        for key, (value, line) in flatten(document).items()
    }
