"""Values of a YAML file as settings: visible, without secrets, each with its file and line."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.values import Origin, Setting, Source
from unshim.text import redact
from unshim.text.escape import visible
from unshim.text.patterns import lazy
from unshim.text.secrets import REMOVED
from unshim.text.yaml_marks import flatten
from unshim.text.yaml_values import Marked

_EMPTY: dict[str, Setting[object]] = {}


# What stands below is sent with each request, and any of it may be a secret.
_HEADERS = lazy(r"(?i)headers?(?:\.|$)")


def clean(key: str, value: object) -> object:
    """A value as it may be shown: text made visible, secrets removed, at any depth."""
    if isinstance(value, str):
        if "eader" in key and _HEADERS.search(key):
            return REMOVED
        return redact.value(key.rpartition(".")[2], visible(value))
    if isinstance(value, dict):
        above = f"{key}." if key.lower().endswith(("header", "headers")) else ""
        return {named(str(k)): clean(above + str(k), v) for k, v in value.items()}
    if isinstance(value, list):
        items = [clean(key, item) for item in value]
        if any(isinstance(word, str) and word.startswith("-") for word in items):
            return _arguments(items)
        return items
    return value


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
