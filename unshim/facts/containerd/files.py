"""containerd's configuration files: read with their imports, in the order the daemon reads them,
and merged as its release merges them.

Sources: services/server/config/config.go of 1.4 to 1.7, cmd/containerd/server/config/config.go of
2.0 to 2.3; `containerd config dump` of 1.4.13, 1.6.20, 1.7.24 and 2.1.9 on the same files.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator

from unshim.facts.containerd.sections import (
    Refused,
    pick,
    refused,
    with_migrated_cri,
    with_migrated_server,
)
from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version
from unshim.releases.containerd import (
    Line,
    full_name,
    globs_beside_the_file,
    ignores_missing_imports,
    line_of,
)
from unshim.text.escape import visible
from unshim.text.toml_marks import BOM, Table, read_toml

FILES_LIMIT = 64
FOLDERS_LIMIT = 256


class ConfigFile(NamedTuple):
    """One file as the daemon reads it: its bytes, its document, its own version (0: none)."""

    text: FileText
    document: Table
    version: int


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
            found = host.read(target)
            if isinstance(found, Missing):
                stat = host.stat(target)
                if not isinstance(stat, (Missing, type(None))) and stat.kind is Kind.DIRECTORY:
                    raise refused(source.source, f"imports {visible(target)}, which is a folder")
                raise Unreadable(Missing(f"{visible(target)}: {found.reason}", found.why))
            if found is None and ignores_missing_imports(release):
                # 1.4 stops reading here, quietly, checks nothing, and starts with what it has.
                return tuple(files), False
            if found is None:
                raise refused(source.source, f"imports {visible(target)}, which is not there")
            pending.append((target, found))
    return tuple(files), True


_CONFIGURED_IN_1_4 = (
    *("cri", "scheduler", "opt", "restart", "bolt", "cgroups", "linux", "task", "devmapper"),
    "diff-service",
    "io.containerd.gc.v1.scheduler",
    "io.containerd.grpc.v1.cri",
    "io.containerd.internal.v1.opt",
    "io.containerd.internal.v1.restart",
    "io.containerd.metadata.v1.bolt",
    "io.containerd.monitor.v1.cgroups",
    "io.containerd.runtime.v1.linux",
    "io.containerd.runtime.v2.task",
    "io.containerd.service.v1.diff-service",
    "io.containerd.snapshotter.v1.devmapper",
)
"""The plugins that read a table: 1.4 looks at no other one, not even at its type."""


def _read(text: FileText, release: Version) -> ConfigFile:
    if text.data.startswith(BOM) and not (1, 5) <= release.line <= (1, 7):
        raise Refused(ParseError(text.path, "begins with a byte order mark", 1, 1))
    document = read_toml(text, lenient=release.line < (2, 0))
    if isinstance(document, ParseError):
        raise Refused(document, syntax=True)
    for key in ("plugins", "grpc"):
        found = pick(document, key, release)
        if isinstance(found, Setting):
            raise refused(found.source, f"{key} must be a table")
    plugins = document.table("plugins")
    for key, entry in plugins.entries.items() if plugins else ():
        if isinstance(entry, Setting) and (release.line > (1, 4) or key in _CONFIGURED_IN_1_4):
            raise refused(entry.source, f"plugins.{visible(key)} must be a table")
    return ConfigFile(text, document, _version(document, release))


def _version(document: Table, release: Version) -> int:
    found = pick(document, "version", release)
    if found is None:
        return 0
    if isinstance(found, Setting) and type(found.value) is int:
        return found.value
    raise refused(found.source, "version must be a number")


def _imports(
    host: Host, path: str, document: Table, release: Version
) -> Iterator[tuple[str, Setting[object]]]:
    """Absolute paths that a file imports. Only a `*` makes a pattern; `~` and `?` mean nothing."""
    for setting in strings(document, "imports", release):
        name = str(setting.value)
        beside = posixpath.join(posixpath.dirname(path), name)
        if "*" not in name:
            yield posixpath.normpath(beside), setting
            continue
        # Before 1.6.29 and 1.7.16 a relative pattern is taken from the daemon's working directory,
        # which is / for a service.
        pattern = beside if globs_beside_the_file(release) else posixpath.join("/", name)
        for found in glob(host, posixpath.normpath(pattern)):
            yield found, setting


def strings(document: Table, key: str, release: Version) -> tuple[Setting[object], ...]:
    """The strings of a top-level array, each with the array's place.

    Raises:
        Refused: it is another type.
    """
    found = pick(document, key, release)
    if found is None:
        return ()
    items = found.value if isinstance(found, Setting) else None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise refused(found.source, f"{key} must be a list of strings")
    return tuple(Setting(item, found.source) for item in items)


def glob(host: Host, pattern: str) -> tuple[str, ...]:
    """Paths that match, sorted; `*` and `?` stay within one name, and match a leading dot.

    Raises:
        Unreadable: a folder cannot be listed, or too many would have to be.
    """
    found = [""]
    listed = 0
    for part in pattern.strip("/").split("/"):
        if not any(sign in part for sign in "*?["):
            found = [f"{folder}/{part}" for folder in found]
            continue
        matches: list[str] = []
        for folder in found:
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
        found = matches
    return tuple(sorted(found))


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
    for file in files:
        if line.migrates_each_file:
            _check_drop_in(file, files[0])
        elif file.version >= 2 or not line.deep_merge:
            version = file.version or version
        document = renamed(file.document) if line.deep_merge and file.version < 2 else file.document
        if line.migrates_each_file and file.version < line.config:
            document = with_migrated_server(with_migrated_cri(document, release), release)
        for key, entry in document.entries.items():
            _put(merged, key, entry, line)
    return merged, version


def _check_drop_in(file: ConfigFile, main: ConfigFile) -> None:
    """2.3 refuses a drop-in of a higher version than the main file's."""
    if file.version > main.version > 0:
        source = file.document.source
        words = f"version {file.version} is higher than the main file's {main.version}"
        raise refused(source, words)


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
