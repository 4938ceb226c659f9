"""Which images an archive holds: as `docker save` writes it, or an OCI layout in a tar."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import IO, Any

from unshim.apply.failures import StepFailed

LIMIT = 4 << 20
"""Bytes of a file in it that is read; registries refuse larger manifests."""
_STRANGE = (AttributeError, EOFError, KeyError, RecursionError, TypeError, ValueError)
"""What comes of JSON that is not what it should be, and of a compressed file that is cut off."""
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")


def images_in(stream: IO[bytes]) -> dict[str, str]:
    """The ids of its images, the digests of their configurations, by the names that ctr gives them.
    Raises: StepFailed where it is no such archive, OSError."""
    try:
        with tarfile.open(fileobj=stream, mode="r:*") as archive:
            names = set(archive.getnames())
            if "manifest.json" in names:
                return _of_docker(archive)
            if "index.json" in names:
                return _of_layout(archive)
    except (*_STRANGE, tarfile.TarError) as error:
        raise StepFailed(f"it is no archive of images: {error}") from None
    raise StepFailed("it is no archive of images: it has neither manifest.json nor index.json")


def _of_docker(archive: tarfile.TarFile) -> dict[str, str]:
    found = {}
    for entry in json.loads(_member(archive, "manifest.json")):
        digest = f"sha256:{hashlib.sha256(_member(archive, entry['Config'])).hexdigest()}"
        for name in entry.get("RepoTags") or ():
            found[whole(str(name))] = digest
    return found


def _of_layout(archive: tarfile.TarFile) -> dict[str, str]:
    found = {}
    for entry in json.loads(_member(archive, "index.json"))["manifests"]:
        annotations: dict[str, Any] = entry.get("annotations") or {}
        names = (str(annotations.get(key, "")) for key in _NAMES)
        name = next((name for name in names if "/" in name), "")  # else it is a tag alone
        algorithm, _, value = str(entry["digest"]).partition(":")
        manifest = json.loads(_member(archive, f"blobs/{algorithm}/{value}"))
        if "config" not in manifest:
            raise ValueError("an index in it is for several platforms")
        if name:
            found[whole(name)] = str(manifest["config"]["digest"])
    return found


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    if stream is None:
        raise ValueError(f"{name} is no file")
    data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise ValueError(f"{name} is larger than {LIMIT} bytes")
    return data


def whole(name: str) -> str:
    """An image's name with its registry and path: Docker leaves out its own."""
    first, slash, _ = name.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first):
        return name
    return f"docker.io/{name}" if slash else f"docker.io/library/{name}"
