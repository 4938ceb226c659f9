"""What containerd's releases read and assume: the last release before each change, and the first.

Sources as in the module: `config default` of 1.4.13, 1.6.20, 1.7.24 and 2.1.9, and the tags.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unshim.model.values import Version
from unshim.releases.containerd import (
    CRI_2,
    beyond_known,
    built_in_type,
    full_name,
    globs_beside_the_file,
    ignores_missing_imports,
    key_spellings,
    knows_versions,
    line_of,
    loses_v1_cri_settings,
    nearest_known,
    proxy_types,
    refuses_newer_config,
)


def release(text: str) -> Version:
    return Version(*map(int, text.split(".")))


@pytest.mark.parametrize(
    ("text", "config", "image"),
    [
        pytest.param("1.1.8", 1, "k8s.gcr.io/pause:3.1", id="older than all known, as 1.2"),
        pytest.param("1.2.14", 1, "k8s.gcr.io/pause:3.1", id="1.2, which has no versions"),
        pytest.param("1.3.10", 2, "k8s.gcr.io/pause:3.1", id="1.3, the first of version 2"),
        pytest.param("1.4.13", 2, "k8s.gcr.io/pause:3.2", id="1.4"),
        pytest.param("1.5.13", 2, "k8s.gcr.io/pause:3.5", id="1.5 before its registry moved"),
        pytest.param("1.5.14", 2, "registry.k8s.io/pause:3.5", id="1.5 after"),
        pytest.param("1.6.8", 2, "k8s.gcr.io/pause:3.6", id="1.6 before its registry moved"),
        pytest.param("1.6.9", 2, "registry.k8s.io/pause:3.6", id="1.6 after"),
        pytest.param("1.7.24", 2, "registry.k8s.io/pause:3.8", id="1.7"),
        pytest.param("2.0.0", 3, "registry.k8s.io/pause:3.10", id="2.0, the first of version 3"),
        pytest.param("2.1.9", 3, "registry.k8s.io/pause:3.10", id="2.1"),
        pytest.param("2.2.0", 3, "registry.k8s.io/pause:3.10.1", id="2.2"),
        pytest.param("2.3.0", 4, "registry.k8s.io/pause:3.10.2", id="2.3, the first of version 4"),
        pytest.param("9.0.0", 4, "registry.k8s.io/pause:3.10.2", id="newer than all known"),
    ],
)
def test_the_newest_configuration_and_the_pause_image(text: str, config: int, image: str) -> None:
    line = line_of(release(text))
    assert (line.config, line.sandbox_image) == (config, image)


@pytest.mark.parametrize(
    ("text", "deep", "each"),
    [
        ("1.7.99", False, False),
        ("2.0.0", True, False),
        ("2.2.9", True, False),
        ("2.3.0", True, True),
    ],
)
def test_how_files_are_merged(text: str, deep: bool, each: bool) -> None:
    line = line_of(release(text))
    assert (line.deep_merge, line.migrates_each_file) == (deep, each)


CHANGES = [
    pytest.param(refuses_newer_config, "1.5.18", "1.6.32", id="1.6.32 refuses a newer version"),
    pytest.param(refuses_newer_config, "1.6.31", "1.6.32", id="1.6.31 does not"),
    pytest.param(refuses_newer_config, "1.7.16", "1.7.17", id="1.7.17 refuses a newer version"),
    pytest.param(refuses_newer_config, "1.4.13", "2.0.0", id="so does every 2.x"),
    pytest.param(globs_beside_the_file, "1.6.28", "1.6.29", id="1.6.29 globs beside the file"),
    pytest.param(globs_beside_the_file, "1.7.15", "1.7.16", id="so does 1.7.16"),
    pytest.param(globs_beside_the_file, "1.5.18", "2.0.0", id="and every 2.x, 1.5 not"),
    pytest.param(ignores_missing_imports, "1.5.0", "1.4.13", id="1.4 alone starts without imports"),
    pytest.param(loses_v1_cri_settings, "1.7.99", "2.0.0", id="2.0 loses settings of version 1"),
    pytest.param(loses_v1_cri_settings, "2.3.0", "2.2.9", id="until 2.3"),
]


@pytest.mark.parametrize(("rule", "without", "of"), CHANGES)
def test_a_rule_holds_from_one_release_on(
    rule: Callable[[Version], bool], without: str, of: str
) -> None:
    assert not rule(release(without))
    assert rule(release(of))


def test_a_patch_number_does_not_count_in_another_line() -> None:
    """1.5.40 is above 1.6.32 in its patch number alone."""
    assert not refuses_newer_config(Version(1, 5, 40))
    assert not globs_beside_the_file(Version(1, 5, 40))
    assert refuses_newer_config(Version(2, 0, 0))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        pytest.param("1.6.99", set(), id="1.6 has none that are new"),
        pytest.param("1.7.0", {"diff", "io.containerd.differ.v1"}, id="1.7 has diff"),
        pytest.param(
            "2.0.0",
            {
                "diff",
                "io.containerd.differ.v1",
                "sandbox",
                "io.containerd.sandbox.controller.v1",
            },
            id="2.0 has sandbox",
        ),
    ],
)
def test_what_a_proxy_plugin_may_be(text: str, new: set[str]) -> None:
    known = set(proxy_types(release(text)))
    assert known - set(proxy_types(release("1.4.0"))) == new
    assert {"snapshot", "content"} <= known


@pytest.mark.parametrize("text", ["1.5.0", "1.7.99"])
def test_from_1_5_to_1_7_a_key_has_four_spellings(text: str) -> None:
    assert key_spellings("SystemdCgroup", release(text)) == (
        "SystemdCgroup",
        "systemdcgroup",
        "SYSTEMDCGROUP",
        "systemdCgroup",
    )


@pytest.mark.parametrize("text", ["1.4.13", "2.0.0"])
def test_before_and_after_any_case_will_do(text: str) -> None:
    assert key_spellings("SystemdCgroup", release(text)) is None


@pytest.mark.parametrize(
    ("name", "full"),
    [
        pytest.param("cri", CRI_2, id="the CRI plugin"),
        pytest.param("overlayfs", "io.containerd.snapshotter.v1.overlayfs", id="a snapshotter"),
        pytest.param("windows-lcow", "io.containerd.snapshotter.v1.windows-lcow", id="with a dash"),
        pytest.param("task", "io.containerd.runtime.v2.task", id="one with a place of its own"),
        pytest.param("tasks-service", "io.containerd.service.v1.tasks-service", id="a service"),
        pytest.param("healthcheck", "io.containerd.grpc.v1.healthcheck", id="any other is gRPC's"),
        pytest.param(CRI_2, CRI_2, id="a full name is itself"),
        pytest.param("my.plugin", "my.plugin", id="so is any with a dot"),
    ],
)
def test_the_full_name_of_a_plugin_in_a_file_of_version_1(name: str, full: str) -> None:
    assert full_name(name) == full
    assert full_name(full) == full


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.2.14", "io.containerd.runtime.v1.linux"),
        ("1.3.10", "io.containerd.runc.v1"),
        ("1.4.13", "io.containerd.runc.v2"),
        ("2.4.0", "io.containerd.runc.v2"),
    ],
)
def test_the_built_in_handler(text: str, kind: str) -> None:
    assert built_in_type(release(text)) == kind


def test_versions_and_imports_came_with_1_3() -> None:
    assert not knows_versions(release("1.2.14"))
    assert knows_versions(release("1.3.0"))


@pytest.mark.parametrize(
    ("text", "nearest", "words"),
    [
        ("1.1.8", "1.2.0", "containerd 1.1.8 is older than those known, from 1.2 on"),
        ("0.2.9", "1.2.0", "containerd 0.2.9 is older than those known, from 1.2 on"),
        ("1.2.0", "1.2.0", ""),
        ("2.4.1", "2.4.1", ""),
        ("2.5.0", "2.4.0", "containerd 2.5.0 is newer than those known, up to 2.4"),
        ("10.0.0", "2.4.0", "containerd 10.0.0 is newer than those known, up to 2.4"),
    ],
)
def test_releases_that_are_not_known(text: str, nearest: str, words: str) -> None:
    assert nearest_known(release(text)) == release(nearest)
    assert beyond_known(release(text)) == words
