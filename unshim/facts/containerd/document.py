"""The files of one configuration together, as one release reads them."""

from __future__ import annotations

from unshim.facts.containerd.merging import ConfigFile, merge
from unshim.facts.containerd.sections import plugin_tables
from unshim.model.nouns import NamedTuple
from unshim.model.values import Origin, Source, Version
from unshim.releases.containerd import Line, line_of
from unshim.text.toml_marks import Table


class Document(NamedTuple):
    """`merged` is what the files are together, `plugins` its plugins' tables, migrated where the
    release does so; `version` is the version of the whole, `default` a default's source,
    `line` what the release line reads and assumes."""

    files: tuple[ConfigFile, ...]
    merged: Table
    version: int
    release: Version
    plugins: Table
    default: Source
    line: Line


def document(files: tuple[ConfigFile, ...], release: Version) -> Document:
    """The files as this release reads them; of no file at all, its defaults.

    Raises:
        Refused: the daemon would not start with them.
    """
    default = Source(Origin.DEFAULT, f"default of containerd {release.major}.{release.minor}")
    line = line_of(release)
    merged, version = merge(files, release) if files else (Table(default), line.config)
    plugins = plugin_tables(merged, version, release)
    return Document(files, merged, version, release, plugins, default, line)
