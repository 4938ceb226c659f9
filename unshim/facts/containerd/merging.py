"""Several configuration files as one: how a release puts imports over what imports them."""

from __future__ import annotations

from unshim.facts.containerd.sections import (
    refused,
    with_migrated_cri,
    with_migrated_server,
)
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Setting, Version
from unshim.releases.containerd import (
    OLDEST_VERSIONS,
    Line,
    full_name,
    line_of,
)
from unshim.text.toml_marks import Table


class ConfigFile(NamedTuple):
    """One file as the daemon reads it: its bytes, its document, its own version (0: none)."""

    text: FileText
    document: Table
    version: int


def merge(files: tuple[ConfigFile, ...], release: Version) -> tuple[Table, int]:
    """All files as one document, and the version that the daemon takes it for.

    A later file wins. 1.x replaces a plugin's whole table by the later file's; 2.x merges tables
    key by key, and a later false or empty value counts there too. Lists of plugins add up. On 2.x
    a file without a version takes on that of the files before it (the newest one, if it is the
    first), and its plugins are renamed while it is read.
    """
    line = line_of(release)
    merged = Table(files[0].document.source)
    version = line.config if line.deep_merge else 0
    highest = 0
    for file in files:
        if line.migrates_each_file:
            highest = highest or file.version
            _check_drop_in(file, highest)
            version = max(version, file.version)
        elif file.version not in OLDEST_VERSIONS or not line.deep_merge:
            version = file.version or version
        old = line.deep_merge and file.version in OLDEST_VERSIONS
        document = renamed(file.document) if old else file.document
        if line.migrates_each_file and file.version < line.config:
            document = with_migrated_server(with_migrated_cri(document, release), release)
        for key, entry in document.entries.items():
            _put(merged, key, entry, line)
    return merged, version


def _check_drop_in(file: ConfigFile, highest: int) -> None:
    """2.3 refuses a drop-in of a higher version than that of the main file, or of the first file
    that names one."""
    if file.version > highest:
        source = file.document.source
        problem = f"version {file.version} is higher than the main file's {highest}"
        raise refused(source, problem)


_WHOLE = ("proxy_plugins", "stream_processors")
"""Tables whose entries are replaced whole by a later file's, in every release."""


def _put(merged: Table, key: str, entry: Setting[object] | Table, line: Line) -> None:
    standing = merged.entries.get(key)
    if isinstance(entry, Table):
        target = merged.entries.setdefault(key, Table(entry.source))
        if isinstance(target, Table):
            _over(target, entry, whole=key in _WHOLE or (key == "plugins" and not line.deep_merge))
        return
    if isinstance(entry.value, list) and isinstance(standing, Setting):
        # Each keeps the line it was named in: lists are kept apart in `disabled`.
        return
    if standing is None or entry.value not in ("", 0, False):
        merged.entries[key] = entry


def _over(target: Table, entry: Table, *, whole: bool) -> None:
    """Lay one table over another; `whole` replaces the tables in it instead of merging them."""
    for key, value in entry.entries.items():
        standing = target.entries.get(key)
        if isinstance(value, Table) and isinstance(standing, Table) and not whole:
            _over(standing, value, whole=False)
        else:
            target.entries[key] = copied(value)


def copied(entry: Setting[object] | Table) -> Setting[object] | Table:
    """The entry, in tables of its own: merging must not change the files it came from."""
    if isinstance(entry, Setting):
        return entry
    return Table(entry.source, {key: copied(value) for key, value in entry.entries.items()})


def renamed(document: Table) -> Table:
    """A file of version 1 as 2.x renames it: `plugins.cri` and such become the long names."""
    plugins = document.table("plugins")
    if plugins is None:
        return document
    entries = {full_name(key): value for key, value in plugins.entries.items()}
    changed = dict(document.entries)
    changed["plugins"] = Table(plugins.source, entries)
    return Table(document.source, changed)
