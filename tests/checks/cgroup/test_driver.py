"""The cgroup driver: who follows whom, what the old key does in which release."""

from __future__ import annotations

import pytest

from checks.cgroup.driver import cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key
from tests.checks.changed import (
    BEFORE,
    FILE,
    FLAGS,
    HEALTHY,
    evidence,
    of_release,
    result,
    verdict,
    with_config,
    with_containerd,
    with_kubelet,
    with_settings,
)
from tests.laws.nodes import node
from unshim.model.machine import CgroupDriver, ParseError
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing, Origin, Setting, Source, known

LINE = Source(Origin.FILE, "/etc/containerd/config.toml", 9)
SYSTEMD, CGROUPFS = CgroupDriver.SYSTEMD, CgroupDriver.CGROUPFS


def _drivers(kubelet: str, containerd: CgroupDriver, name: str = HEALTHY) -> Node:
    seen = with_settings(node(name), FILE, cgroupDriver=kubelet)
    return with_config(seen, cgroup_driver=Setting(containerd, LINE))


@pytest.mark.parametrize(
    ("kubelet", "containerd", "name", "want"),
    [
        ("systemd", SYSTEMD, HEALTHY, "pass"),
        ("cgroupfs", CGROUPFS, HEALTHY, "pass"),
        ("systemd", CGROUPFS, HEALTHY, "error"),
        ("cgroupfs", SYSTEMD, HEALTHY, "error"),
        ("cgroupfs", SYSTEMD, BEFORE, "warning"),
        ("neither", SYSTEMD, HEALTHY, "unknown"),
    ],
)
def test_both_must_agree(kubelet: str, containerd: CgroupDriver, name: str, want: str) -> None:
    assert verdict(cgroup_driver_mismatch, _drivers(kubelet, containerd, name)) == want


def test_both_lines_are_shown() -> None:
    shown = evidence(cgroup_driver_mismatch, _drivers("systemd", CGROUPFS))
    assert (shown["kubelet"].value, shown["kubelet"].source) == ("systemd", FILE)
    other = shown["containerd"]
    assert (other.value, other.expected, other.source) == ("cgroupfs", "systemd", LINE)


def test_a_default_names_the_key_that_nothing_sets() -> None:
    default = Source(Origin.DEFAULT, "default of containerd 1.6")
    seen = _drivers("systemd", CGROUPFS)
    shown = evidence(
        cgroup_driver_mismatch, with_config(seen, cgroup_driver=Setting(CGROUPFS, default))
    )
    place = str(shown["containerd"].source)
    assert place == "default of containerd 1.6, nothing sets SystemdCgroup"
    assert shown["kubelet"].source == FILE
    seen = with_settings(
        seen, Source(Origin.DEFAULT, "default of kubelet 1.20"), cgroupDriver="cgroupfs"
    )
    shown = evidence(
        cgroup_driver_mismatch, with_config(seen, cgroup_driver=Setting(SYSTEMD, LINE))
    )
    assert str(shown["kubelet"].source) == "default of kubelet 1.20, nothing sets cgroupDriver"


def test_a_daemon_that_still_runs_with_the_other_driver_is_shown_beside() -> None:
    """What runs is cgroupfs on this node: it is told only where the file says otherwise."""
    now = "containerd as it runs now"
    assert evidence(cgroup_driver_mismatch, _drivers("cgroupfs", SYSTEMD))[now].value == "cgroupfs"
    assert now not in evidence(cgroup_driver_mismatch, _drivers("systemd", CGROUPFS))


@pytest.mark.parametrize(
    ("asks", "release", "want"),
    [
        (True, (1, 7), "error"),
        (True, (2, 0), "pass"),
        (False, (2, 0), "error"),
    ],
)
def test_a_kubelet_that_asks_follows_from_containerd_2_0_on(
    asks: bool, release: tuple[int, int], want: str
) -> None:
    seen = with_kubelet(_drivers("systemd", CGROUPFS), asks_runtime_for_driver=Setting(asks, FLAGS))
    assert verdict(cgroup_driver_mismatch, with_containerd(seen, version=of_release(release))) == (
        want
    )


def test_whether_it_asks_matters_only_where_they_differ() -> None:
    unsaid = Missing("its release is not known")
    same = with_kubelet(_drivers("systemd", SYSTEMD), asks_runtime_for_driver=unsaid)
    differ = with_kubelet(_drivers("systemd", CGROUPFS), asks_runtime_for_driver=unsaid)
    assert verdict(cgroup_driver_mismatch, same) == "pass"
    assert result(cgroup_driver_mismatch, differ).reason == unsaid.reason


def test_a_configuration_that_cannot_be_read_sends_people_to_its_own_check() -> None:
    broken = with_containerd(node(HEALTHY), config=ParseError("/etc/a.toml", "no", 1))
    for function in (cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key):
        assert "(see containerd-config-parse-error)" in result(function, broken).reason


def _old_key(value: bool | None, release: tuple[int, int], systemd: bool = False) -> Node:
    """A node with the old key, of a release, whose handler has SystemdCgroup or not."""
    seen = node(HEALTHY)
    config = known(seen.containerd).config
    assert isinstance(config, ContainerdConfig)
    handlers = tuple(h._replace(systemd_cgroup=Setting(systemd, LINE)) for h in config.handlers)
    legacy = None if value is None else Setting(value, LINE)
    seen = with_config(seen, legacy_systemd_cgroup=legacy, handlers=handlers)
    return with_containerd(seen, version=of_release(release))


@pytest.mark.parametrize(
    ("value", "release", "systemd", "want"),
    [
        (None, (1, 6), False, "pass"),
        (False, (1, 6), False, "pass"),
        (True, (1, 4), False, "error"),
        (True, (1, 7), True, "error"),
        (True, (2, 0), False, "warning"),
        (True, (2, 0), True, "pass"),
        (False, (2, 1), False, "pass"),
    ],
)
def test_the_old_key_by_release(
    value: bool | None, release: tuple[int, int], systemd: bool, want: str
) -> None:
    assert verdict(cgroup_old_systemd_cgroup_key, _old_key(value, release, systemd)) == want


def test_the_old_key_is_shown_beside_the_one_that_counts() -> None:
    shown = evidence(cgroup_old_systemd_cgroup_key, _old_key(True, (1, 7), True))
    old = shown["systemd_cgroup"]
    assert (old.value, old.expected, old.source) == ("true", "not set", LINE)
    assert shown["SystemdCgroup of runc"].value == "true"
    assert shown["containerd version"].value == "1.7.4"


def test_a_default_handler_that_stands_nowhere_is_not_shown_and_excuses_nothing() -> None:
    seen = with_config(_old_key(True, (2, 0), True), default_handler=Setting("kata", LINE))
    assert verdict(cgroup_old_systemd_cgroup_key, seen) == "warning"
    assert list(evidence(cgroup_old_systemd_cgroup_key, seen)) == [
        "systemd_cgroup",
        "containerd version",
    ]


@pytest.mark.parametrize(
    ("release", "want"),
    [((1, 2), "pass"), ((1, 3), "pass"), ((1, 6), "pass"), ((1, 7), "pass"), ((2, 0), "warning")],
)
def test_the_old_key_is_sound_beside_the_runtime_it_is_for(
    release: tuple[int, int], want: str
) -> None:
    seen = _old_key(True, release)
    config = known(seen.containerd).config
    assert isinstance(config, ContainerdConfig)
    kind = Setting("io.containerd.runtime.v1.linux", LINE)
    handlers = tuple(h._replace(runtime_type=kind) for h in config.handlers)
    assert verdict(cgroup_old_systemd_cgroup_key, with_config(seen, handlers=handlers)) == want


def test_1_2_checks_nothing_and_ignores_it_for_another_runtime() -> None:
    assert verdict(cgroup_old_systemd_cgroup_key, _old_key(True, (1, 2))) == "warning"


def test_a_real_node_with_the_sound_pair_has_the_driver_that_it_names() -> None:
    """Recorded from containerd 1.6, which serves CRI with it."""
    seen = node("containerd-first-runtime-with-its-own-key")
    config = known(seen.containerd).config
    assert isinstance(config, ContainerdConfig)
    assert known(config.cgroup_driver).value is SYSTEMD
    assert not isinstance(known(seen.containerd).cri, Missing)
    for function in (cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key):
        assert verdict(function, seen) == "pass"


def test_a_misspelt_key_is_cited_beside_what_it_was_to_change() -> None:
    shown = evidence(cgroup_driver_mismatch, node("containerd-option-misspelt"))
    misspelt = shown["SystemdGruop"]
    assert misspelt.expected == "SystemdCgroup"
    assert misspelt.source is not None
    assert misspelt.source.line == 15
