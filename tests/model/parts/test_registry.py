"""Servers that are asked for images, and the folders that name them."""

from __future__ import annotations

import pytest

from unshim.model.parts.registry import HostDirectory, Lookup, RegistryHost
from unshim.model.values import Origin, Setting, Source


def _host(url: str, *capabilities: str) -> RegistryHost:
    return RegistryHost(Setting(url, Source(Origin.FILE, "/etc/x", 1)), capabilities)


MIRROR = _host("https://mirror", "pull")
OWN = _host("https://own", "pull", "resolve", "push")


@pytest.mark.parametrize(
    ("capabilities", "asked"),
    [
        pytest.param(("pull",), (MIRROR, OWN), id="all that can, in their order"),
        pytest.param(("pull", "resolve"), (OWN,), id="those that can both"),
        pytest.param(("referrers",), (), id="what none can"),
        pytest.param((), (MIRROR, OWN), id="what needs nothing"),
    ],
)
def test_servers_are_asked_for_what_they_can(
    capabilities: tuple[str, ...], asked: tuple[RegistryHost, ...]
) -> None:
    assert Lookup((MIRROR, OWN)).asked(*capabilities) == asked


@pytest.mark.parametrize("root", ["/etc/containerd/certs.d", "/etc/containerd/certs.d/"])
def test_the_path_of_a_folder_of_hosts(root: str) -> None:
    folder = HostDirectory(root, "r.io", "r.io", None, None, OWN, "", ())
    assert folder.path == "/etc/containerd/certs.d/r.io"
