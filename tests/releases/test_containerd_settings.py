"""Each setting by one name: its place and default in every release."""

from __future__ import annotations

import pytest

from unshim.model.values import Version
from unshim.releases.containerd import CRI_2, IMAGES, RUNTIME, SERVER, line_of
from unshim.releases.containerd_keys import TOP, spans
from unshim.releases.containerd_settings import (
    HANDLER_KEYS,
    KEYS,
    VARYING,
    Key,
    Later,
    handler_key,
)

RELEASES = [
    *(Version(1, 4, 13), Version(1, 5, 18), Version(1, 6, 20), Version(1, 6, 29)),
    *(Version(1, 7, 9), Version(1, 7, 24), Version(2, 0, 11), Version(2, 1, 9)),
    *(Version(2, 2, 7), Version(2, 3, 4), Version(2, 4, 0)),
]
BY_NAME = {key.name: key for key in KEYS}


def test_no_setting_has_two_rows() -> None:
    assert len(BY_NAME) == len(KEYS)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_each_setting_has_its_place_in_the_list_of_keys_of_some_release(key: Key) -> None:
    places = [(*key.place(release), release) for release in RELEASES]
    reads = [
        release
        for plugin, path, release in places
        if (span := spans(plugin).get(".".join(path))) is not None and span.holds(release)
    ]
    assert reads, f"no release reads {key.name}"


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_default_that_varies_is_said_to(key: Key) -> None:
    defaults = {repr(key.default_of(release)) for release in RELEASES}
    assert len(defaults) == 1 or key.name in VARYING


@pytest.mark.parametrize(
    ("key", "release", "place"),
    [
        pytest.param("sandbox_image", "1.7.24", (CRI_2, "sandbox_image"), id="images, 1.x"),
        pytest.param("sandbox_image", "2.0.0", (IMAGES, "pinned_images.sandbox"), id="images, 2.x"),
        pytest.param("cni.bin_dirs", "1.7.24", (CRI_2, "cni.bin_dir"), id="an old name, 1.x"),
        pytest.param("cni.bin_dirs", "2.0.0", (RUNTIME, "cni.bin_dirs"), id="its new name, 2.x"),
        pytest.param("enable_selinux", "1.7.24", (CRI_2, "enable_selinux"), id="runtime, 1.x"),
        pytest.param("enable_selinux", "2.0.0", (RUNTIME, "enable_selinux"), id="runtime, 2.x"),
        pytest.param("grpc.address", "2.2.9", (TOP, "grpc.address"), id="the socket until 2.2"),
        pytest.param("grpc.address", "2.3.0", (SERVER, "address"), id="the socket from 2.3"),
        pytest.param("root", "1.4.0", (TOP, "root"), id="what never moved, first"),
        pytest.param("root", "2.4.0", (TOP, "root"), id="what never moved, last"),
        pytest.param("stream_server_port", "2.4.0", (CRI_2, "stream_server_port"), id="streaming"),
    ],
)
def test_where_a_setting_stands(key: str, release: str, place: tuple[str, str]) -> None:
    plugin, path = BY_NAME[key].place(Version(*map(int, release.split("."))))
    assert (plugin, ".".join(path)) == place


@pytest.mark.parametrize(
    ("key", "last", "before", "first", "after"),
    [
        pytest.param("nri.disable", "1.7.99", True, "2.0.0", False, id="NRI is on from 2.0"),
        pytest.param("enable_cdi", "1.7.99", False, "2.0.0", True, id="CDI too"),
        pytest.param(
            "enable_unprivileged_ports", "1.7.99", False, "2.0.0", True, id="and low ports for all"
        ),
        pytest.param(
            "image_pull_progress_timeout", "1.7.9", "1m0s", "1.7.10", "5m0s", id="pulls, 1.7.10"
        ),
        pytest.param(
            "image_decryption.key_model", "1.4.13", "", "1.5.0", "node", id="decryption, 1.5"
        ),
        pytest.param(
            "drain_exec_sync_io_timeout", "1.6.28", "", "1.6.29", "0s", id="exec's output, 1.6.29"
        ),
    ],
)
def test_a_default_changes_with_a_release(
    key: str, last: str, before: object, first: str, after: object
) -> None:
    assert BY_NAME[key].default_of(Version(*map(int, last.split(".")))) == before
    assert BY_NAME[key].default_of(Version(*map(int, first.split(".")))) == after


def test_a_default_may_change_more_than_once() -> None:
    default = Later(1, Version(1, 5, 0), Later(2, Version(2, 0, 0), 3))
    key = Key("x", TOP, "x", default)
    releases = (Version(1, 4, 9), Version(1, 5, 0), Version(1, 9, 9), Version(2, 0, 0))
    assert [key.default_of(release) for release in releases] == [1, 2, 2, 3]


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_the_pause_image_is_the_one_of_the_release(release: Version) -> None:
    assert BY_NAME["sandbox_image"].default_of(release) == line_of(release).sandbox_image


@pytest.mark.parametrize("name", HANDLER_KEYS)
def test_each_key_of_a_handler_is_one_that_some_release_reads(name: str) -> None:
    reads = []
    for release in RELEASES:
        plugin = CRI_2 if release.line < (2, 0) else RUNTIME
        span = spans(plugin).get(f"containerd.runtimes.*.{handler_key(name, release)}")
        reads += [release] if span is not None and span.holds(release) else []
    assert reads


def test_the_sandboxer_has_another_name_in_1_7() -> None:
    assert handler_key("sandboxer", Version(1, 7, 99)) == "sandbox_mode"
    assert handler_key("sandboxer", Version(2, 0, 0)) == "sandboxer"
    assert handler_key("runtime_type", Version(1, 7, 99)) == "runtime_type"
