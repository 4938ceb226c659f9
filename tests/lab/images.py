"""Tiny images made from a static busybox: no registry, no download but the Debian package.

All images share one busybox layer; a small layer of its own makes each one distinct.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .packages import busybox

APPLETS = (
    "cat date echo env false head hostname httpd id ls mkdir nc rm seq sh sleep tail true wget yes"
)
STAY = b'#!/bin/sh\ntrap "exit 0" TERM INT\nwhile :; do sleep 3600 & wait $!; done\n'
"""A pause that ends when it is told to."""

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


@dataclass(frozen=True)
class Image:
    """An image: a busybox layer, and one layer with `files` (path to bytes, all executable)."""

    ref: str
    command: tuple[str, ...] = ("/pause",)
    files: dict[str, bytes] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    user: str = ""

    def layers(self) -> list[bytes]:
        """The layers as tar archives, lowest first."""
        own = {"/pause": STAY, "/etc/image": f"{self.ref}\n".encode(), **self.files}
        return [_busybox_layer(), _tar(own)]

    def config(self) -> bytes:
        """The image's configuration."""
        diff_ids = [_sha256(layer) for layer in self.layers()]
        settings: dict[str, Any] = {
            "Cmd": list(self.command),
            "Env": ["PATH=/bin"],
            "WorkingDir": "/",
            "Labels": self.labels,
            "User": self.user,
        }
        return _json(
            {
                "architecture": _architecture(),
                "os": "linux",
                "created": "2024-01-01T00:00:00Z",
                "config": settings,
                "rootfs": {"type": "layers", "diff_ids": diff_ids},
                "history": [{"created_by": "lab"} for _ in diff_ids],
            }
        )

    def manifest(self) -> bytes:
        """The OCI manifest; its digest is the image's target."""
        return _json(
            {
                "schemaVersion": 2,
                "mediaType": _MANIFEST,
                "config": _descriptor(_CONFIG, self.config()),
                "layers": [_descriptor(_LAYER, layer) for layer in self.layers()],
            }
        )

    @property
    def digest(self) -> str:
        """The manifest's digest, sha256:…"""
        return _sha256(self.manifest())

    @property
    def id(self) -> str:
        """The configuration's digest: what Docker and CRI call the image's id."""
        return _sha256(self.config())


def busybox_image(ref: str = "docker.io/library/busybox:lab", *command: str) -> Image:
    """A busybox that stays until it is told to end, or runs `command`."""
    return Image(ref, command or ("/pause",))


def pause_image(ref: str = "registry.k8s.io/pause:3.6") -> Image:
    """What stands in for the pause image of pod sandboxes."""
    return Image(ref)


def oci_archive(*images: Image) -> bytes:
    """An archive for `ctr images import`."""
    blobs: dict[str, bytes] = {}
    entries = []
    for image in images:
        for blob in (*image.layers(), image.config(), image.manifest()):
            blobs[f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}"] = blob
        named = {
            "io.containerd.image.name": image.ref,
            "org.opencontainers.image.ref.name": image.ref.rpartition(":")[2],
        }
        entries.append({**_descriptor(_MANIFEST, image.manifest()), "annotations": named})
    index = {"schemaVersion": 2, "manifests": entries}
    files = {"oci-layout": _json({"imageLayoutVersion": "1.0.0"}), "index.json": _json(index)}
    return _tar({**files, **blobs}, mode=0o644)


def docker_archive(*images: Image) -> bytes:
    """An archive for `docker load`, as `docker save` writes it."""
    files: dict[str, bytes] = {}
    manifest = []
    for image in images:
        layers = []
        for layer in image.layers():
            path = f"{hashlib.sha256(layer).hexdigest()}/layer.tar"
            files[path] = layer
            layers.append(path)
        config = f"{image.id.removeprefix('sha256:')}.json"
        files[config] = image.config()
        # Docker names images in short: without its own registry and without library/.
        short = image.ref.removeprefix("docker.io/").removeprefix("library/")
        manifest.append({"Config": config, "RepoTags": [short], "Layers": layers})
    return _tar({"manifest.json": _json(manifest), **files}, mode=0o644)


@lru_cache(maxsize=1)
def _busybox_layer() -> bytes:
    links = {f"/bin/{name}": "busybox" for name in APPLETS.split()}
    files = {
        "/bin/busybox": busybox().read_bytes(),
        "/etc/passwd": b"root:x:0:0:root:/root:/bin/sh\n",
        "/etc/group": b"root:x:0:\n",
    }
    return _tar(files, links)


def _tar(files: dict[str, bytes], links: dict[str, str] | None = None, mode: int = 0o755) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(data), mode
            archive.addfile(entry, io.BytesIO(data))
        for path, target in (links or {}).items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return buffer.getvalue()


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _descriptor(kind: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": _sha256(blob), "size": len(blob)}


def _architecture() -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
