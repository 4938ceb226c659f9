"""The CRI plugin: which names disable it, which failure is the root, which versions meet."""

from __future__ import annotations

import pytest

from checks.runtime.cri import cri_api_skew, cri_plugin_disabled, cri_plugin_failed
from tests.checks.changed import (
    BEFORE,
    HEALTHY,
    HOST,
    SOCKET,
    evidence,
    of_release,
    result,
    verdict,
    with_config,
    with_containerd,
    with_kubelet,
)
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdRunning, Plugin
from unshim.model.values import Missing, Origin, Setting, Source, known

IMPORTED = Source(Origin.FILE, "/etc/containerd/conf.d/docker.toml", 4)
OLD, NEW = "io.containerd.grpc.v1", "io.containerd.cri.v1"


def _disables(name: str, *plugins: str) -> Node:
    settings = tuple(Setting(plugin, IMPORTED) for plugin in plugins)
    return with_config(node(name), disabled_plugins=settings)


@pytest.mark.parametrize(
    ("plugin", "want"),
    [
        ("cri", "error"),
        ("io.containerd.grpc.v1.cri", "error"),
        ("io.containerd.cri.v1.runtime", "error"),
        ("io.containerd.cri.v1.images", "error"),
        ("io.containerd.internal.v1.opt", "pass"),
        ("io.containerd.snapshotter.v1.aufs", "pass"),
    ],
)
def test_the_names_that_disable_it(plugin: str, want: str) -> None:
    assert verdict(cri_plugin_disabled, _disables(HEALTHY, plugin)) == want


@pytest.mark.parametrize(
    ("version", "release", "plugin", "want"),
    [
        (1, (1, 6), "cri", "error"),
        (1, (1, 6), "io.containerd.grpc.v1.cri", "pass"),
        (1, (1, 3), "io.containerd.grpc.v1.cri", "pass"),
        (2, (1, 6), "io.containerd.grpc.v1.cri", "error"),
        (1, (2, 1), "io.containerd.grpc.v1.cri", "error"),
    ],
)
def test_1_x_takes_the_name_of_the_files_own_version(
    version: int, release: tuple[int, int], plugin: str, want: str
) -> None:
    """As `config dump` of 1.3.10, 1.4.13, 1.6.20, 1.7.24 and 2.1.9 shows."""
    seen = with_config(_disables(HEALTHY, plugin), version=Setting(version, IMPORTED))
    assert verdict(cri_plugin_disabled, with_containerd(seen, version=of_release(release))) == want


@pytest.mark.parametrize(
    ("name", "want", "hurts"),
    [
        (HEALTHY, "error", "starts no pod"),
        (BEFORE, "warning", "cannot move"),
        (HOST, "info", "there is no kubelet"),
    ],
)
def test_it_hurts_by_who_needs_it(name: str, want: str, hurts: str) -> None:
    seen = _disables(name, "cri")
    assert verdict(cri_plugin_disabled, seen) == want
    assert hurts in result(cri_plugin_disabled, seen).findings[0].hurts


def test_only_the_lines_that_name_it_are_shown() -> None:
    seen = _disables(HEALTHY, "io.containerd.snapshotter.v1.aufs", "cri")
    (finding,) = result(cri_plugin_disabled, seen).findings
    assert [(e.value, e.source) for e in finding.evidence] == [("cri", IMPORTED)]


def test_it_needs_no_word_of_the_kubelet() -> None:
    assert verdict(cri_plugin_disabled, node(HEALTHY)._replace(runtime=Missing("?"))) == "pass"
    unknown = _disables(HEALTHY, "cri")._replace(runtime=Missing("not root"))
    assert verdict(cri_plugin_disabled, unknown) == "error"


def _running(seen: Node) -> ContainerdRunning:
    return known(known(seen.containerd).running)


def _with_plugins(name: str, *plugins: Plugin) -> Node:
    seen = node(name)
    return with_containerd(seen, running=_running(seen)._replace(plugins=plugins))


@pytest.mark.parametrize(
    ("plugin", "want"),
    [
        (Plugin(OLD, "cri", "no network"), "error"),
        (Plugin(NEW, "runtime", "no network"), "error"),
        (Plugin(NEW, "images", "no network"), "error"),
        (Plugin("io.containerd.podsandbox.controller.v1", "podsandbox", "broken"), "error"),
        (Plugin(OLD, "cri"), "pass"),
        (Plugin("io.containerd.snapshotter.v1", "zfs", "no zfs here"), "pass"),
        (Plugin(OLD, "healthcheck", "broken"), "pass"),
    ],
    ids=str,
)
def test_the_plugins_that_make_cri(plugin: Plugin, want: str) -> None:
    assert verdict(cri_plugin_failed, _with_plugins(HEALTHY, plugin)) == want


def test_on_a_host_without_a_kubelet_its_failure_is_information() -> None:
    assert verdict(cri_plugin_failed, _with_plugins(HOST, Plugin(OLD, "cri", "broken"))) == "info"


def test_what_failed_for_want_of_another_is_left_out() -> None:
    seen = _with_plugins(
        HEALTHY,
        Plugin(NEW, "images", "no such snapshotter"),
        Plugin(NEW, "runtime", "dependency images: not loaded"),
    )
    shown = evidence(cri_plugin_failed, seen)
    assert {k: v.value for k, v in shown.items()} == {f"{NEW}.images": "no such snapshotter"}
    assert shown[f"{NEW}.images"].source == Source(Origin.DAEMON, SOCKET)


def test_where_every_failure_is_of_a_dependency_all_are_shown() -> None:
    seen = _with_plugins(HEALTHY, Plugin(OLD, "cri", "dependency x: not loaded"))
    assert list(evidence(cri_plugin_failed, seen)) == [f"{OLD}.cri"]


@pytest.mark.parametrize("part", ["running", "plugins"])
def test_a_daemon_that_does_not_tell_leaves_it_unknown(part: str) -> None:
    seen = node(HEALTHY)
    running = _running(seen)._replace(plugins=Missing("not root"))
    silent = with_containerd(seen, running=Missing("not root") if part == "running" else running)
    assert result(cri_plugin_failed, silent).reason == "not root"


def _meet(kubelet: int, containerd: tuple[int, int], name: str = HEALTHY) -> Node:
    """A node where only the releases tell which versions are spoken."""
    seen = with_kubelet(node(name), version=of_release((1, kubelet), "the kubelet"))
    release = of_release(containerd, "containerd --version")
    return with_containerd(seen, version=release, running=Missing("it does not run"))


@pytest.mark.parametrize(
    ("kubelet", "containerd", "want"),
    [
        (25, (1, 5), "pass"),
        (26, (1, 5), "error"),
        (26, (1, 6), "pass"),
        (22, (1, 7), "pass"),
        (22, (2, 0), "error"),
        (23, (2, 0), "pass"),
    ],
)
def test_releases_tell_where_the_daemon_is_silent(
    kubelet: int, containerd: tuple[int, int], want: str
) -> None:
    assert verdict(cri_api_skew, _meet(kubelet, containerd)) == want


def test_both_sides_are_shown_with_their_places() -> None:
    shown = evidence(cri_api_skew, _meet(26, (1, 5)))
    spoken, served = shown["kubelet speaks"], shown["containerd serves"]
    assert (spoken.value, str(spoken.source)) == ("v1", "the kubelet")
    assert (served.value, str(served.source)) == ("v1alpha2", "containerd --version")


def test_before_the_migration_it_is_a_warning() -> None:
    assert verdict(cri_api_skew, _meet(26, (1, 5), BEFORE)) == "warning"


def _serves(*apis: str) -> Node:
    seen = with_kubelet(node(HEALTHY), version=of_release((1, 26)))
    running = _running(seen)
    return with_containerd(
        seen, running=running._replace(cri=known(running.cri)._replace(apis=apis))
    )


def test_what_the_daemon_serves_goes_before_what_its_release_would() -> None:
    """containerd 1.6 serves v1; this one was seen not to."""
    served = evidence(cri_api_skew, _serves("v1alpha2"))["containerd serves"]
    assert (served.value, served.source) == ("v1alpha2", Source(Origin.DAEMON, SOCKET))
    assert evidence(cri_api_skew, _serves())["containerd serves"].value == "none"
    assert verdict(cri_api_skew, _serves("v1", "v1alpha2")) == "pass"


def test_a_daemon_that_does_not_list_its_plugins_has_not_told_of_every_version() -> None:
    seen = _serves("v1alpha2")
    unlisted = _running(seen)._replace(plugins=Missing("too old"))
    assert verdict(cri_api_skew, with_containerd(seen, running=unlisted)) == "pass"
