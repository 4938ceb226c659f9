"""Where a release looks for CRI settings in a merged configuration, and how it spells keys.

1.x has one table for everything. 2.x has one for images and one for the runtime, and fills them
from the old table where the configuration is of an older version. Sources: plugins/cri/images and
plugins/cri/runtime of 2.0 to 2.3 (`migrateConfig`); `containerd config dump` of 2.1.9.
"""

from __future__ import annotations

from typing import NamedTuple

from unshim.facts.containerd_releases import key_spellings
from unshim.model.facts import ParseError
from unshim.model.values import Setting, Source, Version
from unshim.toml_marks import Table

CRI_1 = "cri"
CRI_2 = "io.containerd.grpc.v1.cri"
IMAGES = "io.containerd.cri.v1.images"
RUNTIME = "io.containerd.cri.v1.runtime"
SERVER = "io.containerd.server.v1.grpc"

_IMAGE_KEYS = ("snapshotter", "disable_snapshot_annotations", "discard_unpacked_layers")
_MOVED_TO_IMAGES = (
    "registry",
    "image_decryption",
    "max_concurrent_downloads",
    "image_pull_progress_timeout",
    "image_pull_with_sync_fs",
    "stats_collect_period",
)


class Refused(Exception):
    """The daemon would not start with these files; `error` says why and where.

    `syntax` is whether only our own TOML reader says so, and the daemon's may see it otherwise.
    """

    def __init__(self, error: ParseError, *, syntax: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.syntax = syntax


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


def sections(merged: Table, version: int, release: Version) -> Sections:
    """The tables that this release reads from a document of this version.

    Raises:
        Refused: one of them is no table.
    """
    plugins = merged.table("plugins") or Table(merged.source)
    if release.line < (2, 0):
        cri = plugins.table(CRI_1 if version < 2 else CRI_2) or Table(plugins.source)
        containerd = _inner(cri, "containerd", release)
        return Sections(containerd, containerd, cri, "sandbox_image", cri)
    if release.line < (2, 3) and version < 3:
        plugins = with_migrated_cri(merged).table("plugins") or plugins
    images = plugins.table(IMAGES) or Table(plugins.source)
    runtime = plugins.table(RUNTIME) or Table(plugins.source)
    pinned = _inner(images, "pinned_images", release)
    return Sections(images, _inner(runtime, "containerd", release), pinned, "sandbox", runtime)


def _inner(table: Table, key: str, release: Version) -> Table:
    found = pick(table, key, release)
    if isinstance(found, Setting):
        raise refused(found.source, f"{key} must be a table")
    return found or Table(table.source)


def pick(table: Table, key: str, release: Version) -> Setting[object] | Table | None:
    """The entry that this release takes for `key`, whatever case it accepts."""
    if key in table.entries:
        return table.entries[key]
    spellings = key_spellings(key, release)
    if spellings is None:
        folded = key.lower()
        # 2.x sorts the keys and lets the last one win.
        spellings = tuple(sorted((k for k in table.entries if k.lower() == folded), reverse=True))
    return next((table.entries[k] for k in spellings if k in table.entries), None)


def with_migrated_cri(document: Table) -> Table:
    """The document with the old CRI table's settings in the two that 2.x reads.

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
    _fill_runtime(runtime, old)
    entries = {**plugins.entries, IMAGES: images, RUNTIME: runtime}
    changed = {**document.entries, "plugins": Table(plugins.source, entries)}
    return Table(document.source, changed)


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
        moved = {k: v for k, v in containerd.entries.items() if k in _IMAGE_KEYS}
        images.entries.update(moved)


def _fill_runtime(runtime: Table, old: Table) -> None:
    skipped = ("containerd", "sandbox_image", *_MOVED_TO_IMAGES)
    for key, entry in old.entries.items():
        if key not in skipped:
            runtime.entries.setdefault(key, entry)
    containerd = old.table("containerd")
    if containerd is None:
        return
    standing = runtime.table("containerd")
    kept = {k: v for k, v in containerd.entries.items() if k not in _IMAGE_KEYS}
    merged = {**kept, **(standing.entries if standing else {})}
    runtime.entries["containerd"] = Table((standing or containerd).source, merged)
