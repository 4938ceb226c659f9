"""Images as nouns. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, StrEnum


class Completeness(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Image(NamedTuple):
    """One image name in one containerd namespace.

    `present` of `required` blobs (config and layers for this platform) are in the content store;
    `missing` are the digests that are not, `blobs` all it needs, children before parents. `size` is
    the sum of the blobs' bytes where known, else 0. `unpacked` is whether the snapshotter holds its
    chain, None where that was not to be had. `aliases` are other names of the same digest in the
    namespace that no person gave it: by digest, and the CRI plugin's own.
    """

    namespace: str
    name: str
    digest: str
    size: int
    completeness: Completeness
    present: int
    required: int
    missing: tuple[str, ...] = ()
    unpacked: bool | None = None
    managed: bool = False
    pinned: bool = False
    blobs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Images(NamedTuple):
    """Every image of every namespace, and the names that the CRI service lists."""

    images: tuple[Image, ...]
    cri_names: frozenset[str] | Missing
