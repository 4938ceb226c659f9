"""containerd's configuration files: read with their imports, in the order the daemon reads them,
and merged as its release merges them.

Sources: services/server/config/config.go of 1.4 to 1.7, cmd/containerd/server/config/config.go of
2.0 to 2.3; `containerd config dump` of 1.3.10 to 2.3.4 on the same files.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator

from unshim.facts.containerd.merging import ConfigFile
from unshim.facts.containerd.sections import (
    Refused,
    pick,
    refused,
)
from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Missing, Setting, Version
from unshim.releases.containerd import (
    CRI_2,
    IMAGES,
    OLDEST_VERSIONS,
    RUNTIME,
    full_name,
    globs_beside_the_file,
    ignores_missing_imports,
    knows_versions,
    line_of,
    passes_over_no_map,
)
from unshim.text.escape import visible
from unshim.text.toml_marks import BOM, Table, read_toml

FILES_LIMIT = 64
FOLDERS_LIMIT = 256


class Unreadable(Exception):
    """What the files say cannot be known."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.reason)
        self.missing = missing


def load(
    host: Host, path: str, first: FileText, release: Version
) -> tuple[tuple[ConfigFile, ...], bool]:
    """The file and its imports, breadth first, each once; and whether all were read.

    Raises:
        Refused, Unreadable.
    """
    files: list[ConfigFile] = []
    pending = [(path, first)]
    seen: set[str] = set()
    while pending:
        path, text = pending.pop(0)
        if path in seen:
            continue
        seen.add(path)
        if len(seen) > FILES_LIMIT:
            raise Unreadable(Missing(f"more than {FILES_LIMIT} files are imported"))
        file = _read(text, release)
        files.append(file)
        for target, source in _imports(host, path, file.document, release):
            if target in seen:
                continue
            imported = host.read(target)
            if isinstance(imported, Missing):
                stat = host.stat(target)
                if not isinstance(stat, (Missing, type(None))) and stat.kind is Kind.DIRECTORY:
                    raise refused(source.source, f"imports {visible(target)}, which is a folder")
                raise Unreadable(Missing(f"{visible(target)}: {imported.reason}", imported.why))
            if imported is None and ignores_missing_imports(release):
                # It stops reading here, quietly, checks nothing, and starts with what it has.
                return tuple(files), False
            if imported is None:
                raise refused(source.source, f"imports {visible(target)}, which is not there")
            pending.append((target, imported))
    return tuple(files), True


def _read(text: FileText, release: Version) -> ConfigFile:
    if text.data.startswith(BOM) and not (1, 5) <= release.line <= (1, 7):
        raise Refused(ParseError(text.path, "begins with a byte order mark", 1, 1))
    document = read_toml(text, lenient=release.line < (2, 0))
    if isinstance(document, ParseError):
        raise Refused(document, syntax=True)
    for key in ("plugins", "grpc"):
        entry = pick(document, key, release)
        if isinstance(entry, Setting) and (key == "grpc" or not passes_over_no_map(release)):
            raise refused(entry.source, f"{key} must be a table")
    plugins = document.table("plugins")
    version = _version(document, release)
    for key, entry in plugins.entries.items() if plugins else ():
        if isinstance(entry, Table) or passes_over_no_map(release):
            continue  # for which see starting.py
        if not _passes_for_a_table(entry.value, release) or _moves(key, plugins, version, release):
            raise refused(entry.source, f"plugins.{visible(key)} must be a table")
    return ConfigFile(text, document, version)


def _passes_for_a_table(value: object, release: Version) -> bool:
    """A list of one plain value is written out for the plugin as `[value]`, which is the header of
    a table without keys. Not so in Debian's 2.1.9."""
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict)
    return alone and release.line >= (2, 0) and release.line != (2, 1)


def _moves(plugin: str, plugins: Table | None, version: int, release: Version) -> bool:
    """Whether what moves an old CRI table's settings takes this plugin for a table."""
    line = line_of(release)
    if version >= line.config or (version in OLDEST_VERSIONS and not line.migrates_each_file):
        return False
    renames = full_name if version in OLDEST_VERSIONS else str
    names = [renames(name) for name in plugins.entries] if plugins else []
    return CRI_2 in names and renames(plugin) in (CRI_2, IMAGES, RUNTIME)


def _version(document: Table, release: Version) -> int:
    entry = pick(document, "version", release) if knows_versions(release) else None
    if entry is None:
        return 0
    if isinstance(entry, Setting) and type(entry.value) is int:
        if entry.value < 0 and line_of(release).migrates_each_file:
            raise refused(entry.source, "version must not be negative")
        return entry.value
    raise refused(entry.source, "version must be a number")


def _imports(
    host: Host, path: str, document: Table, release: Version
) -> Iterator[tuple[str, Setting[object]]]:
    """Absolute paths that a file imports. Only a `*` makes a pattern; `~` and `?` mean nothing."""
    for setting in strings(document, "imports", release) if knows_versions(release) else ():
        name = str(setting.value)
        beside = posixpath.join(posixpath.dirname(path), name)
        if "*" not in name:
            yield posixpath.normpath(beside), setting
            continue
        # Before 1.6.29 and 1.7.16 a relative pattern is taken from the daemon's working directory,
        # which is / for a service.
        pattern = beside if globs_beside_the_file(release) else posixpath.join("/", name)
        for path in glob(host, posixpath.normpath(pattern)):
            yield path, setting


def strings(document: Table, key: str, release: Version) -> tuple[Setting[object], ...]:
    """The strings of a top-level array, each with the array's place.

    Raises:
        Refused: it is another type.
    """
    entry = pick(document, key, release)
    if entry is None:
        return ()
    items = entry.value if isinstance(entry, Setting) else None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise refused(entry.source, f"{key} must be a list of strings")
    return tuple(Setting(item, entry.source) for item in items)


def glob(host: Host, pattern: str) -> tuple[str, ...]:
    """Paths that match, sorted; `*` and `?` stay within one name, and match a leading dot.

    Raises:
        Unreadable: a folder cannot be listed, or too many would have to be.
    """
    paths = [""]
    listed = 0
    for part in pattern.strip("/").split("/"):
        if not any(sign in part for sign in "*?["):
            paths = [f"{folder}/{part}" for folder in paths]
            continue
        matches: list[str] = []
        for folder in paths:
            listed += 1
            if listed > FOLDERS_LIMIT:
                raise Unreadable(Missing(f"an import matches more than {FOLDERS_LIMIT} folders"))
            names = host.list(folder or "/")
            if isinstance(names, Missing):
                stat = host.stat(folder)
                if not isinstance(stat, (Missing, type(None))) and stat.kind is Kind.FILE:
                    continue
                raise Unreadable(Missing(f"{visible(folder) or '/'}: {names.reason}", names.why))
            matches += [f"{folder}/{n}" for n in names or () if fnmatch.fnmatchcase(n, part)]
        paths = matches
    return tuple(sorted(paths))
