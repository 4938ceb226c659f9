"""Every image in every containerd namespace, and whether all it needs is there.

Completeness is counted as `ctr images check` counts it (images.Check in containerd): the config
and the layers of the manifest for this machine's platform. One list of blobs per namespace answers
presence; a manifest that containerd noted no children of is read once, by its digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from unshim.facts.images.manifests import (
    Manifest,
    chain_id,
    config_of,
    is_index,
    manifest_of_labels,
    parse_manifest,
    pick,
)
from unshim.host.host import Host, RpcError
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import Containerd, ContainerdConfig, ContainerdRunning
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.values import Missing
from unshim.releases.containerd import SNAPSHOTTER
from unshim.rpc import containerd as ctd
from unshim.rpc import cri
from unshim.rpc.answers import missing, visible_text

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

DEADLINE = 5.0
MANIFEST_LIMIT = 4 * 1024 * 1024
"""Bytes of a manifest that is read; registries refuse larger ones (OCI distribution spec)."""

_MANAGED = b"io.cri-containerd.image"
_PINNED = b"io.cri-containerd.pinned"
_SNAPSHOT_LABEL = b"containerd.io/gc.ref.snapshot."
_INDEX_DEPTH = 4


def read(host: Host, containerd: Containerd | Missing) -> Images | Missing:
    """Images of all namespaces, asked of the running daemon."""
    if isinstance(containerd, Missing):
        return containerd
    running = containerd.running
    if isinstance(running, Missing):
        return running
    if isinstance(running.namespaces, Missing):
        return running.namespaces
    snapshotter = SNAPSHOTTER
    if isinstance(containerd.config, ContainerdConfig):
        snapshotter = containerd.config.snapshotter.value
    socket = containerd.socket.path
    images: list[Image] = []
    try:
        for namespace in running.namespaces:
            store = _Store(host, socket, namespace, snapshotter)
            images += store.read()
    except RpcError as error:
        return missing(error, "containerd's images")
    return Images(tuple(images), _cri_names(host, socket, running))


def _cri_names(host: Host, socket: str, running: ContainerdRunning) -> frozenset[str] | Missing:
    if isinstance(running.cri, Missing):
        return running.cri
    try:
        listed = cri.images(host, socket, DEADLINE)
    except RpcError as error:
        return missing(error, "the CRI service's images")
    names = (name for i in listed for name in (*i.repo_tags, *i.repo_digests, i.id))
    return frozenset(visible_text(name) for name in names)


class _Found(NamedTuple):
    """What the content store says of one target: the manifest it comes to, and the way there."""

    manifest: Manifest | None = None
    parents: tuple[bytes, ...] = ()
    unknown: bool = False


class _Store:
    """One namespace while it is read; targets that several names share are looked up once."""

    def __init__(self, host: Host, socket: str, namespace: str, snapshotter: str) -> None:
        self.host = host
        self.socket = socket
        self.namespace = namespace
        self.snapshotter = snapshotter
        self.blobs: Mapping[bytes, pb.Info] = {}
        self.snapshots: frozenset[bytes] | None = None
        self.seen: dict[bytes, _Found] = {}

    def read(self) -> Iterable[Image]:
        records = ctd.images(self.host, self.socket, self.namespace, DEADLINE)
        if not records:
            return []
        self.blobs = ctd.blobs(self.host, self.socket, self.namespace, DEADLINE)
        self.snapshots = self._snapshots()
        by_target: dict[bytes, list[pb.Image]] = {}
        for record in records:
            by_target.setdefault(record.target.digest, []).append(record)
        images = [image for group in by_target.values() for image in self._images(group)]
        return sorted(images, key=lambda image: image.name)

    def _snapshots(self) -> frozenset[bytes] | None:
        try:
            return ctd.snapshot_names(
                self.host, self.socket, self.namespace, self.snapshotter, DEADLINE
            )
        except RpcError:
            # A snapshotter that is not loaded: whether an image is unpacked is then not known.
            return None

    def _images(self, group: list[pb.Image]) -> list[Image]:
        """The names of one target: those people gave it, the others as their aliases."""
        tagged = [r for r in group if not _by_digest(r.name)]
        if not tagged:
            tagged = [r for r in group if not r.name.startswith(b"sha256:")] or group[:1]
        others = tuple(visible_text(r.name) for r in group if r not in tagged)
        return [self._image(record, others) for record in tagged]

    def _image(self, record: pb.Image, aliases: tuple[str, ...]) -> Image:
        target = record.target.digest
        resolved = self.seen.get(target)
        if resolved is None:
            resolved = self.seen[target] = self._find(target, 0)
        labels = ctd.labels_of(record.labels)
        manifest = resolved.manifest
        required = manifest.required if manifest else ()
        gone = [digest for digest in required if digest not in self.blobs]
        way = (*required, *reversed(resolved.parents)) if manifest else resolved.parents
        blobs = tuple(dict.fromkeys(way))
        return Image(
            namespace=self.namespace,
            name=visible_text(record.name),
            digest=visible_text(target),
            size=sum(self.blobs[digest].size for digest in blobs if digest in self.blobs),
            completeness=_completeness(resolved, gone),
            present=len(required) - len(gone),
            required=len(required),
            missing=tuple(visible_text(d) for d in dict.fromkeys(gone)),
            unpacked=self._is_unpacked(manifest) if manifest else None,
            managed=labels.get(_MANAGED) == b"managed",
            pinned=labels.get(_PINNED) == b"pinned",
            blobs=tuple(visible_text(digest) for digest in blobs),
            aliases=aliases,
        )

    def _find(self, digest: bytes, depth: int) -> _Found:
        """The manifest for this machine that a digest leads to."""
        info = self.blobs.get(digest)
        if info is None:
            return _Found()
        noted = manifest_of_labels(ctd.labels_of(info.labels))
        if noted is not None:
            return _Found(noted, (digest,))
        data = self._blob(digest) if info.size <= MANIFEST_LIMIT else None
        if data is None or depth >= _INDEX_DEPTH:
            return _Found(parents=(digest,), unknown=True)
        if not is_index(data):
            manifest = parse_manifest(data)
            return _Found(manifest, (digest,), unknown=manifest is None)
        child = pick(data, self.host.uname()[2])
        if child is None:
            return _Found(parents=(digest,))
        below = self._find(child, depth + 1)
        return _Found(below.manifest, (digest, *below.parents), below.unknown)

    def _blob(self, digest: bytes) -> bytes | None:
        try:
            return ctd.read_blob(self.host, self.socket, self.namespace, digest, DEADLINE)
        except RpcError as error:
            if error.code in ("NOT_FOUND", "NOT_RECORDED", "INTERNAL"):
                return None  # collected since the list was made, or not in the record
            raise

    def _is_unpacked(self, manifest: Manifest) -> bool | None:
        """Whether the snapshotter holds the image's chain of layers.

        The unpacker notes the chain's id on the config blob; without that note it is computed.
        """
        info = self.blobs.get(manifest.config)
        if self.snapshots is None or info is None:
            return None
        note = ctd.labels_of(info.labels).get(_SNAPSHOT_LABEL + self.snapshotter.encode())
        if note is not None and note in self.snapshots:
            return True
        if info.size > MANIFEST_LIMIT:
            return None
        data = self._blob(manifest.config)
        diffs = config_of(data) if data is not None else None
        return chain_id(diffs) in self.snapshots if diffs else None


def _by_digest(name: bytes) -> bool:
    return name.startswith(b"sha256:") or b"@sha256:" in name


def _completeness(resolved: _Found, gone: list[bytes]) -> Completeness:
    if resolved.unknown:
        return Completeness.UNKNOWN
    if resolved.manifest is None:
        return Completeness.UNAVAILABLE
    return Completeness.INCOMPLETE if gone else Completeness.COMPLETE
