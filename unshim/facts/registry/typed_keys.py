"""The keys of a hosts.toml by the type that containerd's decoder asks of them."""

from __future__ import annotations

from collections.abc import Sequence

from unshim.facts.containerd.sections import pick
from unshim.model.machine import ParseError
from unshim.model.values import Setting, Source, Version
from unshim.releases.hosts_toml import keys_of
from unshim.text.toml_marks import Table


class Refused(Exception):
    """The whole file is refused; `error` says why, without quoting it."""

    def __init__(self, message: str, source: Source) -> None:
        super().__init__(message)
        self.error = ParseError(source.where, message, source.line)


class Keys:
    """The keys that a release knows. Each reader raises Refused for a value of another type."""

    def __init__(self, release: Version) -> None:
        self.release = release
        self.names = keys_of(release)

    def pick(self, table: Table, key: str) -> Setting[object] | Table | None:
        return pick(table, key, self.release) if key in self.names else None

    def text(self, entry: Setting[object] | Table, key: str) -> str:
        if isinstance(entry, Setting) and isinstance(entry.value, str):
            return entry.value
        raise Refused(f"{key} must be a string", entry.source)

    def flag(self, table: Table, key: str) -> bool | None:
        entry = self.pick(table, key)
        if entry is None:
            return None
        if isinstance(entry, Setting) and isinstance(entry.value, bool):
            return entry.value
        raise Refused(f"{key} must be true or false", entry.source)

    def strings(self, table: Table, key: str) -> tuple[str, ...]:
        entry = self.pick(table, key)
        if entry is None:
            return ()
        if isinstance(entry, Setting) and isinstance(entry.value, list):
            return self.texts(entry.value, key, entry.source)
        raise Refused(f"{key} must be a list of strings", entry.source)

    def texts(self, values: Sequence[object], key: str, source: Source) -> tuple[str, ...]:
        texts = tuple(value for value in values if isinstance(value, str))
        if len(texts) != len(values):
            raise Refused(f"{key} must hold strings", source)
        return texts
