"""Which programs a network needs, and which of them are lacking."""

from __future__ import annotations

import pytest

from unshim.model.parts.cni import CniBinary, CniNetwork, CniPlugin, CniSetup
from unshim.model.values import Missing, Origin, Setting, Source

PLACE = Source(Origin.DEFAULT, "default")
NO = Missing("not recorded")


def _network(*plugins: tuple[str, str]) -> CniNetwork:
    return CniNetwork("pods", "1.0.0", tuple(CniPlugin(t, ipam, (), False) for t, ipam in plugins))


def _setup(binaries: dict[str, bool] | Missing, *, own_loopback: bool = False) -> CniSetup:
    there = (
        binaries
        if isinstance(binaries, Missing)
        else tuple(CniBinary(name, f"/opt/cni/bin/{name}", x) for name, x in binaries.items())
    )
    return CniSetup(
        Setting("/etc/cni/net.d", PLACE),
        Setting(("/opt/cni/bin",), PLACE),
        Setting(1, PLACE),
        (),
        (),
        there,
        own_loopback,
    )


@pytest.mark.parametrize(
    ("plugins", "programs"),
    [
        pytest.param([("bridge", "host-local")], ("bridge", "host-local"), id="with its ipam"),
        pytest.param([("calico", "calico")], ("calico",), id="the same program once"),
        pytest.param(
            [("bridge", "host-local"), ("portmap", ""), ("bridge", "dhcp")],
            ("bridge", "host-local", "portmap", "dhcp"),
            id="in the order they run",
        ),
        pytest.param([("", "")], (), id="a plugin without a type has no program"),
        pytest.param([], (), id="no plugins, no programs"),
    ],
)
def test_programs_of_a_network(plugins: list[tuple[str, str]], programs: tuple[str, ...]) -> None:
    assert _network(*plugins).programs == programs


@pytest.mark.parametrize(
    ("binaries", "own_loopback", "lacking"),
    [
        pytest.param({}, False, ("loopback", "bridge", "host-local"), id="none is there"),
        pytest.param({"bridge": True, "host-local": True}, False, ("loopback",), id="no loopback"),
        pytest.param(
            {"bridge": True, "host-local": True}, True, (), id="which the daemon may do itself"
        ),
        pytest.param(
            {"bridge": False, "host-local": True, "loopback": True},
            False,
            ("bridge",),
            id="one that cannot be executed",
        ),
        pytest.param(
            {"bridge": True, "host-local": True, "loopback": True, "x": False}, False, (), id="all"
        ),
    ],
)
def test_programs_that_are_lacking(
    binaries: dict[str, bool], own_loopback: bool, lacking: tuple[str, ...]
) -> None:
    setup = _setup(binaries, own_loopback=own_loopback)
    assert setup.lacking(_network(("bridge", "host-local"))) == lacking


def test_loopback_that_is_named_too_is_lacking_once() -> None:
    assert _setup({}).lacking(_network(("loopback", ""))) == ("loopback",)


def test_of_folders_that_could_not_be_read_nothing_is_lacking() -> None:
    assert _setup(NO).lacking(_network(("bridge", ""))) == NO
