"""Where a release looks for CRI settings in a merged configuration, and how it spells keys.

1.x has one table for everything. 2.x has one for images and one for the runtime, and fills them
from the old table where the configuration is of an older version. Sources: plugins/cri/images and
plugins/cri/runtime of 2.0 to 2.3 (`migrateConfig`); `containerd config dump` of 2.1.9.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import Origin, Setting, Source, Version
from unshim.releases.containerd import (
    CRI_1,
    CRI_2,
    IMAGE_KEYS,
    IMAGES,
    OLDEST_VERSIONS,
    RUNTIME,
    SERVER,
    key_spellings,
)
from unshim.text.toml_marks import Table

_MOVED_TO_IMAGES = (
    "registry",
    "image_decryption",
    "max_concurrent_downloads",
    "image_pull_progress_timeout",
    "image_pull_with_sync_fs",
    "stats_collect_period",
)
_SERVER_KEYS = (
    "disable_tcp_service",
    "stream_server_address",
    "stream_server_port",
    "stream_idle_timeout",
    "enable_tls_streaming",
    "x509_key_pair_streaming",
)


class Refused(Exception):
    """The daemon would not start with these files; `error` says why and where.

    `syntax` is whether only our own TOML reader says so, and the daemon's may see it otherwise.
    """

    def __init__(self, error: ParseError, *, syntax: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.syntax = syntax

    @property
    def source(self) -> Source:
        """The place."""
        return Source(Origin.FILE, self.error.path, self.error.line)


def refused(source: Source, message: str) -> Refused:
    return Refused(ParseError(source.where, message, source.line))


class Sections(NamedTuple):
    """The CRI tables that count: `images` holds snapshotter and such, `containerd` the handlers.

    `sandbox` holds the sandbox image under `sandbox_key`; `cri` the other runtime settings. On 1.x
    they are the old table and the one called containerd in it.
    """

    images: Table
    containerd: Table
    sandbox: Table
    sandbox_key: str
    cri: Table


def plugin_tables(merged: Table, version: int, release: Version) -> Table:
    """The tables of all plugins, as this release reads a document of this version."""
    if (2, 0) <= release.line < (2, 3) and version < 3:
        merged = with_migrated_cri(merged, release)
    return merged.table("plugins") or Table(merged.source)


def sections(plugins: Table, version: int, release: Version) -> Sections:
    """The tables that this release reads, from those of all plugins.

    Raises:
        Refused: one of them is not a table.
    """
    if release.line < (2, 0):
        cri = plugins.table(CRI_1 if version in OLDEST_VERSIONS else CRI_2) or Table(plugins.source)
        containerd = _inner(cri, "containerd", release)
        return Sections(containerd, containerd, cri, "sandbox_image", cri)
    images = plugins.table(IMAGES) or Table(plugins.source)
    runtime = plugins.table(RUNTIME) or Table(plugins.source)
    pinned = _inner(images, "pinned_images", release)
    return Sections(images, _inner(runtime, "containerd", release), pinned, "sandbox", runtime)


def _inner(table: Table, key: str, release: Version) -> Table:
    entry = pick(table, key, release)
    if isinstance(entry, Setting):
        raise refused(entry.source, f"{key} must be a table")
    return entry or Table(table.source)


def pick(table: Table, key: str, release: Version) -> Setting[object] | Table | None:
    """The entry that this release takes for `key`, whatever case it accepts.

    2.x sorts the spellings and lets the last one win, even over the right one. 1.4 takes any of
    several, as it comes; the right one is assumed.
    """
    spellings = key_spellings(key, release)
    if spellings is None:
        if key in table.entries and release.line < (2, 0):
            return table.entries[key]
        folded = key.lower()
        spellings = tuple(sorted((k for k in table.entries if k.lower() == folded), reverse=True))
    return next((table.entries[k] for k in spellings if k in table.entries), None)


def with_migrated_cri(document: Table, release: Version) -> Table:
    """The document with the old CRI table's settings in the three that 2.x reads.

    Image settings overwrite what stands there, runtime settings only fill gaps. The snapshotter
    moves only where the old table has runtimes: without, 2.x drops it. Keys count as spelt here.
    """
    plugins = document.table("plugins")
    old = plugins.table(CRI_2) if plugins else None
    if plugins is None or old is None:
        return document
    images = _shallow(plugins.table(IMAGES), old)
    runtime = _shallow(plugins.table(RUNTIME), old)
    _fill_images(images, old)
    _fill_runtime(runtime, old, release)
    server = Table(old.source, {k: v for k, v in old.entries.items() if k in _SERVER_KEYS})
    entries = {**plugins.entries, IMAGES: images, RUNTIME: runtime, CRI_2: server}
    changed = {**document.entries, "plugins": Table(plugins.source, entries)}
    return Table(document.source, changed)


_SERVED = (
    ("grpc", SERVER, ("address", "uid", "gid", "max_recv_message_size", "max_send_message_size")),
    ("ttrpc", "io.containerd.server.v1.ttrpc", ("address", "uid", "gid")),
    ("debug", "io.containerd.server.v1.debug", ("address", "uid", "gid")),
    ("metrics", "io.containerd.server.v1.metrics", ("address",)),
)
_TCP = {
    "tcp_address": "address",
    "tcp_tls_ca": "tls_ca",
    "tcp_tls_cert": "tls_cert",
    "tcp_tls_key": "tls_key",
    "tcp_tls_common_name": "tls_common_name",
}


def with_migrated_server(document: Table, release: Version) -> Table:
    """A document before version 4 as 2.3 brings it there: what its top level says of sockets moves
    to tables of plugins, where those do not stand yet. With an address go its owner and group, set
    or not. As 2.3.4 dumps it."""
    plugins = document.table("plugins") or Table(document.source)
    entries = dict(plugins.entries)
    for name, plugin, keys in _SERVED:
        moved = _set_keys(document, name, {key: key for key in keys}, release)
        if moved is None or (name == "debug" and "address" not in moved.entries):
            continue
        for key in ("uid", "gid") if "address" in moved.entries else ():
            moved.entries.setdefault(key, Setting(0, moved.source))
        entries.setdefault(plugin, moved)
    tcp = _set_keys(document, "grpc", _TCP, release)
    if tcp is not None and "address" in tcp.entries:
        entries.setdefault(f"{SERVER}-tcp", tcp)
    if not entries:
        return document
    changed = {**document.entries, "plugins": Table(plugins.source, entries)}
    return Table(document.source, changed)


def _set_keys(
    document: Table, name: str, keys: Mapping[str, str], release: Version
) -> Table | None:
    """Those keys of a top-level table that are set to something, under their new names."""
    table = pick(document, name, release)
    if not isinstance(table, Table):
        return None
    moved = {new: pick(table, old, release) for old, new in keys.items()}
    entries = {k: v for k, v in moved.items() if isinstance(v, Setting) and v.value}
    return Table(table.source, dict(entries)) if entries else None


def _shallow(table: Table | None, old: Table) -> Table:
    return Table(table.source, dict(table.entries)) if table else Table(old.source)


def _fill_images(images: Table, old: Table) -> None:
    sandbox = old.entries.get("sandbox_image")
    if sandbox is not None:
        standing = images.table("pinned_images")
        entries = dict(standing.entries) if standing else {}
        images.entries["pinned_images"] = Table(old.source, {**entries, "sandbox": sandbox})
    for key in _MOVED_TO_IMAGES:
        if key in old.entries:
            images.entries[key] = old.entries[key]
    containerd = old.table("containerd")
    if containerd is not None and "runtimes" in containerd.entries:
        moved = {k: v for k, v in containerd.entries.items() if k in IMAGE_KEYS}
        images.entries.update(moved)


def _fill_runtime(runtime: Table, old: Table, release: Version) -> None:
    skipped = ("containerd", "sandbox_image", *_MOVED_TO_IMAGES, *_SERVER_KEYS)
    lists_folders = release.line >= (2, 1) and isinstance(old.entries.get("cni"), Table)
    for key, entry in old.entries.items():
        if key not in skipped and not (key == "cni" and lists_folders):
            runtime.entries.setdefault(key, entry)
    if lists_folders:
        runtime.entries["cni"] = _cni(runtime.table("cni"), old.entries["cni"])
    containerd = old.table("containerd")
    if containerd is None:
        return
    standing = runtime.table("containerd")
    kept = {k: v for k, v in containerd.entries.items() if k not in IMAGE_KEYS}
    merged = {**kept, **(standing.entries if standing else {})}
    if isinstance(merged.get("runtimes"), Table):
        merged["runtimes"] = _sandboxers(merged["runtimes"])
    runtime.entries["containerd"] = Table((standing or containerd).source, merged)


def _cni(standing: Table | None, old: Setting[object] | Table) -> Table:
    """2.1 and later take the old bin_dir for a list of one, over a list that stands there."""
    assert isinstance(old, Table)
    merged = {**old.entries, **(standing.entries if standing else {})}
    single = old.entries.get("bin_dir")
    if isinstance(single, Setting):
        merged["bin_dirs"] = Setting([single.value], single.source)
        if standing is None or "bin_dir" not in standing.entries:
            del merged["bin_dir"]
    return Table((standing or old).source, merged)


def _sandboxers(runtimes: Setting[object] | Table) -> Table:
    """The runtimes with 1.7's sandbox_mode under its new name, where that is not set."""
    assert isinstance(runtimes, Table)
    entries: dict[str, Setting[object] | Table] = {}
    for name, entry in runtimes.entries.items():
        if isinstance(entry, Table) and "sandboxer" not in entry.entries:
            renamed = {
                ("sandboxer" if k == "sandbox_mode" else k): v for k, v in entry.entries.items()
            }
            entry = Table(entry.source, renamed)
        entries[name] = entry
    return Table(runtimes.source, entries)
