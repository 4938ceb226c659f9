"""Images of a recorded daemon, and how manifests lead to what an image needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.fake_containerd import Answers, Key, load, serving
from unshim.facts.containerd import running as containerd_running
from unshim.facts.images import images, manifests
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.host.once import RecordingHost
from unshim.model.machine import Socket, SocketState
from unshim.model.parts.containerd import Containerd
from unshim.model.parts.images import Completeness, Image, Images
from unshim.model.values import Missing, Why
from unshim.rpc import containerd as ctd

LINES = ("1.4", "1.6", "1.7", "2.1")


@contextmanager
def daemon(answers: Answers) -> Iterator[Containerd]:
    with serving(answers) as path:
        socket = Socket(path, SocketState.LISTENING)
        running = containerd_running.read(LocalHost(), socket)
        none = Missing("not looked at")
        yield Containerd(none, none, none, none, none, socket, running, none)


def read(answers: Answers) -> Images:
    with daemon(answers) as found:
        seen = images.read(LocalHost(), found)
    assert isinstance(seen, Images), seen
    return seen


def _without_notes(answers: Answers) -> Answers:
    """The same daemon, had it noted nothing of its manifests' children."""
    from unshim.rpc import containerd_pb2 as pb

    calls = dict(answers.calls)
    for key, parts in answers.calls.items():
        if key[0] == ctd.CONTENTS and not isinstance(parts, RpcError):
            bare = []
            for part in parts:
                message = pb.ContentsResponse.FromString(part)
                for info in message.info:
                    kept = [e for e in info.labels if b"gc.ref.content" not in e.key]
                    del info.labels[:]
                    info.labels.extend(kept)
                bare.append(message.SerializeToString())
            calls[key] = tuple(bare)
    return Answers(calls, answers.facts)


def named(found: Images, namespace: str) -> dict[str, Image]:
    return {i.name.rpartition("/")[2]: i for i in found.images if i.namespace == namespace}


@pytest.mark.parametrize("line", LINES)
def test_completeness_is_what_containerd_counts(line: str) -> None:
    own = named(read(load(line)), "default")
    whole, cut, bare = own["whole:1"], own["cut:1"], own["bare:1"]
    assert (whole.completeness, whole.present, whole.required) == (Completeness.COMPLETE, 3, 3)
    assert (cut.completeness, cut.present, cut.required) == (Completeness.INCOMPLETE, 2, 3)
    assert len(cut.missing) == 1
    assert (bare.completeness, bare.required) == (Completeness.UNAVAILABLE, 0)
    assert whole.unpacked is True and cut.unpacked is True and bare.unpacked is None
    assert whole.size > 1_000_000
    assert len(whole.blobs) == 4 and whole.blobs[-1] == whole.digest


@pytest.mark.parametrize("line", LINES)
def test_the_cri_plugins_names_are_aliases_of_those_people_gave(line: str) -> None:
    found = read(load(line))
    own = named(found, "k8s.io")
    assert set(own) == {"app:1", "pause:3.6"}
    app = own["app:1"]
    assert app.managed
    assert [alias.partition(":")[0] for alias in app.aliases] == ["sha256"]
    assert not isinstance(found.cri_names, Missing)
    assert {app.name, *app.aliases} <= found.cri_names
    assert own["pause:3.6"].pinned == (line in ("1.7", "2.1"))


def test_without_cri_the_images_are_still_known() -> None:
    answers = load("1.6").changed(
        "/runtime.v1.ImageService/ListImages", RpcError("UNIMPLEMENTED", "unknown service")
    )
    found = read(answers)
    assert len(found.images) == 5
    assert isinstance(found.cri_names, Missing)
    assert found.cri_names.why is Why.NOT_OFFERED


def test_a_blob_collected_meanwhile_is_unknown_and_no_crash() -> None:
    found = read(_without_notes(load("1.6")).changed(ctd.READ, RpcError("NOT_FOUND", "gone")))
    states = {image.completeness for image in found.images}
    assert states == {Completeness.UNKNOWN, Completeness.UNAVAILABLE}


def test_what_containerd_noted_of_a_manifest_is_what_the_manifest_says() -> None:
    for line in ("1.4", "1.6", "1.7", "2.1"):
        noted, read_whole = read(load(line)), read(_without_notes(load(line)))
        assert noted == read_whole


def test_a_silent_store_is_a_reason() -> None:
    answers = load("1.6").changed(ctd.IMAGES, RpcError("UNAVAILABLE", "went away"))
    with daemon(answers) as found:
        assert isinstance(images.read(LocalHost(), found), Missing)


def many(answers: Answers, count: int) -> Answers:
    """The recorded `whole` image under many names, each of another manifest."""
    from unshim.rpc import containerd_pb2 as pb

    listed = pb.ImagesResponse()
    listed.ParseFromString(answers.one(ctd.IMAGES, "default"))
    (whole,) = [image for image in listed.images if b"whole" in image.name]
    blobs = pb.ContentsResponse()
    blobs.ParseFromString(answers.one(ctd.CONTENTS, "default"))
    key: Key = (ctd.READ, "default", pb.ReadRequest(digest=whole.target.digest).SerializeToString())
    manifest = answers.calls[key]
    calls = dict(answers.calls)
    for number in range(count):
        digest = f"sha256:{number:064x}".encode()
        image = listed.images.add(name=f"docker.io/library/i{number}:1".encode())
        image.target.digest = digest
        blobs.info.add(digest=digest, size=500)
        request = pb.ReadRequest(digest=digest).SerializeToString()
        calls[ctd.READ, "default", request] = manifest
    calls[ctd.IMAGES, "default", b""] = (listed.SerializeToString(),)
    calls[ctd.CONTENTS, "default", b""] = (blobs.SerializeToString(),)
    return Answers(calls, answers.facts)


def test_an_image_costs_at_most_one_question() -> None:
    """What costs time at a hundred images is each question to the daemon."""
    asked = {}
    for count in (0, 100):
        host = RecordingHost(LocalHost())
        with daemon(many(load("1.6"), count)) as containerd:
            seen = images.read(host, containerd)
        assert isinstance(seen, Images)
        assert sum(i.completeness is Completeness.COMPLETE for i in seen.images) == 3 + count
        asked[count] = len(host.answers("call"))
    assert 0 < asked[100] - asked[0] <= 100


def index(*entries: object) -> bytes:
    platforms = [
        {"digest": f"sha256:{n}", **({"platform": entry} if entry else {})}
        for n, entry in enumerate(entries)
    ]
    return json.dumps({"manifests": platforms}).encode()


AMD = {"os": "linux", "architecture": "amd64"}
ARM = {"os": "linux", "architecture": "arm64", "variant": "v8"}
ATTESTATION = {"os": "unknown", "architecture": "unknown"}


@pytest.mark.parametrize(
    ("entries", "machine", "expected"),
    [
        ((ARM, AMD), "x86_64", b"sha256:1"),
        ((ARM, AMD), "aarch64", b"sha256:0"),
        ((ATTESTATION, AMD), "x86_64", b"sha256:1"),
        ((ATTESTATION, ARM), "x86_64", None),
        ((None, AMD), "x86_64", b"sha256:1"),
        ((None, ATTESTATION), "x86_64", b"sha256:0"),
        (({"os": "linux", "architecture": "386"}, AMD), "x86_64", b"sha256:1"),
        (({"os": "linux", "architecture": "386"},), "x86_64", b"sha256:0"),
        (({"os": "windows", "architecture": "amd64"},), "x86_64", None),
        (({**AMD, "variant": "v3"}, AMD), "x86_64", b"sha256:1"),
        (({"os": "linux", "architecture": "arm", "variant": "v7"},), "armv6l", None),
        (({"os": "linux", "architecture": "riscv64"},), "riscv64", b"sha256:0"),
        ((["odd"],), "x86_64", None),
        ((), "x86_64", None),
    ],
)
def test_an_index_leads_to_this_machines_manifest(
    entries: tuple[object, ...], machine: str, expected: bytes | None
) -> None:
    assert manifests.pick(index(*entries), machine) == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"\xff", b"{}", b'{"config": 1, "layers": []}', b'{"config":{"digest":"a"}}',
     b'{"config":{"digest":"a"},"layers":[{}]}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_manifest_is_none(data: bytes) -> None:
    assert manifests.parse_manifest(data) is None
    assert manifests.config_of(data) is None
    assert not manifests.is_index(data)


def test_the_chain_of_layers_is_named_as_the_specification_says() -> None:
    one, two, three = (f"sha256:{c * 64}" for c in "abc")
    pair = "sha256:" + hashlib.sha256(f"{one} {two}".encode()).hexdigest()
    whole = "sha256:" + hashlib.sha256(f"{pair} {three}".encode()).hexdigest()
    assert manifests.chain_id([one]) == one.encode()
    assert manifests.chain_id([one, two, three]) == whole.encode()
