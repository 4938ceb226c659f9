"""Manifests and indexes as anybody may push them: what an image needs on this machine."""

from __future__ import annotations

import hashlib
import json

import pytest

from unshim.facts.images.manifests import (
    Manifest,
    chain_id,
    config_of,
    is_index,
    manifest_of_labels,
    parse_manifest,
    pick,
)

BROKEN = [b"", b"\x00\xff", b"[]", b"1", b"null", b"{", b'"text"', b"[" * 100_000]
NOTE = b"containerd.io/gc.ref.content."


def _json(**entries: object) -> bytes:
    return json.dumps(entries).encode()


def _index(*platforms: dict[str, str] | None) -> bytes:
    """An index whose digests are the numbers of its entries."""
    entries = [
        {"digest": str(number)}
        if platform is None
        else {"digest": str(number), "platform": platform}
        for number, platform in enumerate(platforms)
    ]
    return _json(manifests=entries)


def _linux(architecture: str, variant: str | None = None) -> dict[str, str]:
    platform = {"os": "linux", "architecture": architecture}
    return platform if variant is None else {**platform, "variant": variant}


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_object_is_none_of_them(data: bytes) -> None:
    assert not is_index(data)
    assert parse_manifest(data) is None
    assert config_of(data) is None
    assert pick(data, "x86_64") is None


def test_a_manifest() -> None:
    layers = [{"digest": "b"}, {"digest": "c"}, {"digest": "b"}]
    found = parse_manifest(_json(config={"digest": "a"}, layers=layers))
    assert found == Manifest(b"a", (b"b", b"c", b"b"))
    assert found is not None
    assert found.required == (b"a", b"b", b"c", b"b")
    assert parse_manifest(_json(config={"digest": "a"}, layers=[])) == Manifest(b"a", ())


@pytest.mark.parametrize(
    "entries",
    [
        {"layers": []},
        {"config": {"digest": ""}, "layers": []},
        {"config": {"digest": 1}, "layers": []},
        {"config": "a", "layers": []},
        {"config": {"digest": "a"}},
        {"config": {"digest": "a"}, "layers": {"digest": "b"}},
        {"config": {"digest": "a"}, "layers": ["b"]},
        {"config": {"digest": "a"}, "layers": [{"digest": "b"}, {}]},
        {"schemaVersion": 1, "fsLayers": [{"blobSum": "a"}]},
    ],
)
def test_a_manifest_of_another_kind(entries: dict[str, object]) -> None:
    assert parse_manifest(_json(**entries)) is None


@pytest.mark.parametrize(
    ("labels", "manifest"),
    [
        ({"config": b"a", "l.0": b"b", "l.1": b"c"}, Manifest(b"a", (b"b", b"c"))),
        (
            {"config": b"a", **{f"l.{n}": b"%d" % n for n in reversed(range(11))}},
            Manifest(b"a", tuple(b"%d" % n for n in range(11))),
        ),
        ({"l.0": b"b"}, None),
        ({"config": b"a"}, None),
        ({"config": b"a", "l.1": b"c"}, None),
        ({"config": b"a", "l.0": b"b", "l.2": b"c"}, None),
        ({"config": b"a", "0": b"b"}, None),
        ({"config": b"a", "m.0": b"b"}, None),
        ({"config": b"a", "l.0": b"b", "l.x": b"c"}, Manifest(b"a", (b"b",))),
        ({"config": b"a", "l.0": b"b", "l.999999": b"c"}, Manifest(b"a", (b"b",))),
        ({}, None),
    ],
)
def test_a_manifest_from_containerds_notes(
    labels: dict[str, bytes], manifest: Manifest | None
) -> None:
    noted = {NOTE + name.encode(): digest for name, digest in labels.items()}
    assert manifest_of_labels({**noted, b"containerd.io/other": b"x"}) == manifest


@pytest.mark.parametrize(
    ("machine", "platforms", "picked"),
    [
        ("x86_64", [_linux("arm64"), _linux("amd64")], b"1"),
        ("x86_64", [_linux("386"), _linux("amd64")], b"1"),
        ("x86_64", [_linux("386")], b"0"),
        ("x86_64", [_linux("amd64", "v3"), _linux("amd64")], b"1"),
        ("x86_64", [_linux("amd64", "v3"), _linux("amd64", "v1")], b"1"),
        ("x86_64", [_linux("amd64", "v3"), _linux("386")], b"0"),
        ("x86_64", [_linux("amd64"), _linux("amd64")], b"0"),
        ("x86_64", [{"os": "windows", "architecture": "amd64"}], None),
        ("x86_64", [{"os": "unknown", "architecture": "unknown"}], None),
        ("x86_64", [None, _linux("386")], b"1"),
        ("x86_64", [None, _linux("arm64")], b"0"),
        ("aarch64", [_linux("arm", "v7"), _linux("arm64", "v8")], b"1"),
        ("aarch64", [_linux("arm", "v6"), _linux("arm", "v8")], b"1"),
        ("armv7l", [_linux("arm", "v8"), _linux("arm", "v6"), _linux("arm", "v7")], b"2"),
        ("armv7l", [_linux("arm", "v8")], None),
        ("armv7l", [_linux("arm")], b"0"),
        ("armv6l", [_linux("arm", "v7"), _linux("arm", "v5")], b"1"),
        ("armv6l", [_linux("arm", "v9")], None),
        ("i686", [_linux("amd64")], None),
        ("vax", [_linux("vax")], b"0"),
        ("vax", [_linux("amd64")], None),
        ("x86_64", [], None),
    ],
)
def test_the_manifest_for_a_machine(
    machine: str, platforms: list[dict[str, str] | None], picked: bytes | None
) -> None:
    index = _index(*platforms)
    assert is_index(index)
    assert pick(index, machine) == picked


def test_broken_entries_of_an_index_are_passed_over() -> None:
    good = {"digest": "a", "platform": _linux("amd64")}
    odd: list[object] = [None, 1, "x", [], {}, {"digest": 1}, {"digest": "b", "platform": "linux"}]
    assert pick(_json(manifests=[*odd, good]), "x86_64") == b"a"
    assert pick(_json(manifests=odd), "x86_64") is None
    assert pick(_json(manifests={"digest": "a"}), "x86_64") is None


@pytest.mark.parametrize(
    ("rootfs", "diffs"),
    [
        ({"diff_ids": ["a", "b"]}, ("a", "b")),
        ({"diff_ids": []}, None),
        ({"diff_ids": ["a", 1]}, None),
        ({"diff_ids": "a"}, None),
        ({}, None),
        ("a", None),
    ],
)
def test_the_layers_of_a_config(rootfs: object, diffs: tuple[str, ...] | None) -> None:
    assert config_of(_json(rootfs=rootfs)) == diffs


def test_the_name_of_a_stack_of_layers() -> None:
    assert chain_id(["sha256:a"]) == b"sha256:a"
    second = "sha256:" + hashlib.sha256(b"sha256:a sha256:b").hexdigest()
    third = "sha256:" + hashlib.sha256(f"{second} sha256:c".encode()).hexdigest()
    assert chain_id(["sha256:a", "sha256:b"]) == second.encode()
    assert chain_id(["sha256:a", "sha256:b", "sha256:c"]) == third.encode()
    assert chain_id(["sha256:b", "sha256:a"]) != second.encode()
