"""Which images an archive is taken to hold, whatever it is; ctr's own view is in tests/lab."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import Any

import pytest

from unshim.apply.acts.archives import LIMIT, images_in, whole
from unshim.apply.failures import StepFailed

CONFIG = b'{"architecture":"amd64"}'
ID = f"sha256:{hashlib.sha256(CONFIG).hexdigest()}"
NAME = "docker.io/library/busybox:1"


def _tar(files: dict[str, bytes], mode: str = "w") -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def _saved(*entries: object, **files: bytes) -> dict[str, bytes]:
    return {"manifest.json": json.dumps(entries).encode(), "c.json": CONFIG, **files}


def _layout(manifest: object, **annotations: str) -> dict[str, bytes]:
    blob = json.dumps(manifest).encode()
    digest = hashlib.sha256(blob).hexdigest()
    entry: dict[str, Any] = {"digest": f"sha256:{digest}", "annotations": annotations}
    index = json.dumps({"manifests": [entry]}).encode()
    return {"index.json": index, f"blobs/sha256/{digest}": blob}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_id_is_counted_and_not_taken_from_a_name(mode: str) -> None:
    files = _saved({"Config": "c.json", "RepoTags": ["busybox:1", "quay.io/a/b:2"]})
    assert images_in(_tar(files, mode)) == {NAME: ID, "quay.io/a/b:2": ID}
    assert images_in(_tar(_saved({"Config": "c.json", "RepoTags": None}))) == {}


def test_a_layout_names_its_images_in_whole() -> None:
    manifest = {"config": {"digest": ID}}
    named = {"io.containerd.image.name": NAME, "org.opencontainers.image.ref.name": "1"}
    assert images_in(_tar(_layout(manifest, **named))) == {NAME: ID}
    assert images_in(_tar(_layout(manifest, **{"org.opencontainers.image.ref.name": "1"}))) == {}
    with pytest.raises(StepFailed, match="for several platforms"):
        images_in(_tar(_layout({"manifests": []}, **named)))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"manifest.json": b"{"},
        {"manifest.json": b"[1]"},
        {"manifest.json": b"5"},
        {"manifest.json": b"[" * 100_000},
        {"manifest.json": b"\xff"},
        {"manifest.json": b"[]" + b" " * LIMIT},
        _saved({"Config": "none.json"}),
        _saved({"Config": 5}),
        _saved("c.json"),
        {"index.json": b"{}"},
        {"index.json": b'{"manifests": [{}]}'},
        {"index.json": b'{"manifests": [{"digest": "sha256:a"}]}'},
        _layout([]),
        {"index.json": b'{"manifests": [{"annotations": [1]}]}'},
        _layout({"config": 5}, **{"io.containerd.image.name": NAME}),
        _layout({"config": {}}, **{"io.containerd.image.name": NAME}),
    ],
)
def test_what_is_no_archive_of_images_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(StepFailed, match="it is no archive of images"):
        images_in(_tar(files))


@pytest.mark.parametrize("cut", [0, 100, 600, 1500])
def test_what_is_cut_off_is_refused(cut: int) -> None:
    whole_ = _tar(_saved({"Config": "c.json", "RepoTags": ["busybox:1"]})).getvalue()
    with pytest.raises(StepFailed, match="it is no archive of images"):
        images_in(io.BytesIO(whole_[:cut]))


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("busybox:1", NAME),
        ("a/b", "docker.io/a/b"),
        ("quay.io/b:1", "quay.io/b:1"),
        ("localhost/b", "localhost/b"),
        ("host:5000/b", "host:5000/b"),
        (NAME, NAME),
    ],
)
def test_names_are_whole(short: str, name: str) -> None:
    assert whole(short) == name
