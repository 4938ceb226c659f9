"""Image manifests, indexes and configs as JSON: what an image needs on this machine.

Sources: OCI image specification 1.1; Docker image manifest 2.2; containerd's images.Manifest and
platforms.Only for how an index is resolved. A field of the wrong type is taken as absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.model.nouns import NamedTuple
from unshim.text import bounded_json

# uname's machine to the platforms that run on it, the best first (containerd platforms.Only).
_PLATFORMS = {
    "x86_64": ("amd64", "386"),
    "aarch64": ("arm64", "arm"),
    "armv8l": ("arm",),
    "armv7l": ("arm",),
    "armv6l": ("arm",),
    "i686": ("386",),
    "ppc64le": ("ppc64le",),
    "riscv64": ("riscv64",),
    "s390x": ("s390x",),
}
_NOTE = b"containerd.io/gc.ref.content."
_LAYER_NOTE = _NOTE + b"l."
_ARM_VARIANTS = ("v8", "v7", "", "v6", "v5")
_ARM_FIRST = {"armv7l": 1, "armv6l": 3}


class Manifest(NamedTuple):
    """Digests of the config and of the layers, in their order; a layer may come twice."""

    config: bytes
    layers: tuple[bytes, ...]

    @property
    def required(self) -> tuple[bytes, ...]:
        return (self.config, *self.layers)


def is_index(data: bytes) -> bool:
    return isinstance(_document(data).get("manifests"), list)


def parse_manifest(data: bytes) -> Manifest | None:
    """None for what is not a manifest of this kind (Docker's schema 1 has no config)."""
    document = _document(data)
    config = _digest(document.get("config"))
    layers = document.get("layers")
    if not config or not isinstance(layers, list):
        return None
    digests = tuple(_digest(layer) for layer in layers)
    return Manifest(config, digests) if all(digests) else None


def manifest_of_labels(labels: Mapping[bytes, bytes]) -> Manifest | None:
    """The manifest as containerd noted it on the blob, so that its children are not collected.

    Reading a hundred manifests costs a tenth of a second; the notes came with the list of blobs.
    None unless there is a config and a layer: an index, an older containerd's numbering, or layers
    that were discarded once unpacked, which containerd leaves out of the notes.
    Source: containerd images.ChildGCLabels and SetChildrenMappedLabels, 1.4 to 2.1; all seen.
    """
    config = labels.get(_NOTE + b"config")
    layers: dict[int, bytes] = {}
    for name, digest in labels.items():
        number = name[len(_LAYER_NOTE) :]
        if name.startswith(_LAYER_NOTE) and number.isdigit() and len(number) < 6:
            layers[int(number)] = digest
    if not config or not layers or sorted(layers) != list(range(len(layers))):
        return None
    return Manifest(config, tuple(layers[number] for number in sorted(layers)))


def pick(index: bytes, machine: str) -> bytes | None:
    """The digest of the manifest for this machine; None where the index has none for it.

    Entries without a platform may be anything and come last. Attestations are of platform
    unknown/unknown and never match.
    """
    entries = _document(index).get("manifests")
    ranked: list[tuple[int, bytes]] = []
    for entry in entries if isinstance(entries, list) else ():
        digest = _digest(entry)
        rank = _rank(entry.get("platform"), machine) if digest else None
        if rank is not None:
            ranked.append((rank, digest))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rank(platform: object, machine: str) -> int | None:
    """How well a platform suits this machine, 0 the best; None where it does not run on it."""
    if platform is None:
        return 1000
    if not isinstance(platform, dict) or platform.get("os") != "linux":
        return None
    wanted = _PLATFORMS.get(machine, (machine,))
    architecture = platform.get("architecture")
    if architecture not in wanted:
        return None
    rank = wanted.index(architecture) * 100
    variant = platform.get("variant", "")
    if architecture == "arm":
        if variant not in _ARM_VARIANTS:
            return None
        order = _ARM_VARIANTS.index(variant)
        return rank + order if order >= _ARM_FIRST.get(machine, 0) else None
    if architecture == "amd64":
        # Which of v2 to v4 the processor has is not looked at: plain amd64 goes before them.
        return rank + (0 if variant in ("", "v1") else 10)
    return rank


def config_of(data: bytes) -> tuple[str, ...] | None:
    """The diff ids of a config's layers; None where it names none."""
    rootfs = _document(data).get("rootfs")
    diffs = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    if not isinstance(diffs, list) or not all(isinstance(diff, str) for diff in diffs):
        return None
    return tuple(diffs) or None


def chain_id(diffs: Sequence[str]) -> bytes:
    """The name of the snapshot that holds all these layers (OCI image spec, Layer ChainID)."""
    import hashlib  # a tenth of a report's start, and seldom needed

    chain = diffs[0]
    for diff in diffs[1:]:
        chain = "sha256:" + hashlib.sha256(f"{chain} {diff}".encode()).hexdigest()
    return chain.encode()


def _document(data: bytes) -> dict[str, object]:
    try:
        document = bounded_json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _digest(descriptor: object) -> bytes:
    digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
    return digest.encode("utf-8", "backslashreplace") if isinstance(digest, str) else b""
