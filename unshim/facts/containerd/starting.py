"""Whether the daemon starts with a document: versions, names and proxies that it takes."""

from __future__ import annotations

from unshim.facts.containerd.document import Document
from unshim.facts.containerd.effective import own_name
from unshim.facts.containerd.files import strings
from unshim.facts.containerd.merging import ConfigFile
from unshim.facts.containerd.sections import pick, refused
from unshim.model.values import Origin, Setting, Source, Version
from unshim.releases.containerd import (
    CRI_2,
    OLDEST_VERSIONS,
    full_name,
    passes_over_no_map,
    proxy_types,
    refuses_newer_config,
)
from unshim.text.escape import visible
from unshim.text.toml_marks import Table

_CONFIGURED_IN_1_4 = (
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
"""The plugins that read a table: 1.4 looks at no other one, nor at a disabled one, not even at its
type."""


def check(document: Document) -> None:
    """Raise what keeps the daemon from starting: versions and names it does not take."""
    if passes_over_no_map(document.release):
        _check_tables(document)
    if document.version > document.line.config and refuses_newer_config(document.release):
        newest = f"containerd {document.release} reads versions up to {document.line.config}"
        raise refused(counted_version(document).source, f"version {document.version}: {newest}")
    if document.version < 2 and not document.line.deep_merge:
        return
    if document.version > 2 and document.release.line <= (1, 4):
        return  # it only looks at the names of version 2
    for key in ("disabled_plugins", "required_plugins"):
        for name in plugin_names(document, key):
            _check_name(document, name.value, name.source, f"{key}: ")
    plugins = document.merged.table("plugins")
    if plugins is not None and not document.line.deep_merge:
        for key, entry in plugins.entries.items():
            _check_name(document, key, entry.source, "plugins: ")


def _check_tables(document: Document) -> None:
    disabled = {name.value for name in plugin_names(document, "disabled_plugins")}
    read = {own_name(p, document.version, document.release) for p in _CONFIGURED_IN_1_4}
    for key, entry in document.plugins.entries.items():
        if isinstance(entry, Setting) and key in read - disabled:
            raise refused(entry.source, f"plugins.{visible(key)} must be a table")


def check_proxies(document: Document) -> None:
    """Every release panics over a proxy plugin of a type that it does not know."""
    proxies = pick(document.merged, "proxy_plugins", document.release)
    for name, proxy in proxies.entries.items() if isinstance(proxies, Table) else ():
        kind = pick(proxy, "type", document.release) if isinstance(proxy, Table) else None
        word = kind.value if isinstance(kind, Setting) else ""
        if word not in proxy_types(document.release):
            problem = f"proxy plugin {visible(name)} is of no type that containerd knows"
            raise refused((kind or proxy).source, problem)


def _check_name(document: Document, name: str, source: Source, where: str) -> None:
    if document.line.deep_merge:
        full = "." in name
    else:
        ours = document.release.line < (1, 7) or name.startswith("io.containerd.")
        full = ours and name.count(".") >= 3
    if not full:
        problem = f'"{visible(name)}" is not a full plugin name, such as {CRI_2}'
        raise refused(source, where + problem)


def counted_version(document: Document) -> Setting[int]:
    """The version that counts: on 2.x the main file's, on 1.x the last one that is named."""
    if not document.files:
        return Setting(document.line.config, document.default)
    for file in reversed(document.files[:1] if document.line.deep_merge else document.files):
        if file.version:
            return Setting(file.version, _source_of(file, document.release))
    return Setting(1, Source(Origin.DEFAULT, "no version line"))


def plugin_names(document: Document, key: str) -> tuple[Setting[str], ...]:
    """Names from all files add up; 2.x drops repetitions, and renames a version 1 file's."""
    names: list[Setting[str]] = []
    for file in document.files:
        for setting in strings(file.document, key, document.release):
            name = str(setting.value)
            if document.line.deep_merge and file.version in OLDEST_VERSIONS:
                name = full_name(name)
            if not document.line.deep_merge or all(name != known.value for known in names):
                names.append(Setting(name, setting.source))
    return tuple(names)


def _source_of(file: ConfigFile, release: Version) -> Source:
    version = pick(file.document, "version", release)
    return version.source if version else file.document.source
