"""The lists of keys that each release reads: whole, in order, and read as they are meant."""

from __future__ import annotations

import pytest

from unshim.model.values import Version
from unshim.releases.containerd import CRI_2, IMAGES, NEWEST, OLDEST, RUNTIME
from unshim.releases.containerd_keys import RUNC, TOP, Span, plugins, shape, spans


@pytest.mark.parametrize(
    ("turns", "holds"),
    [
        pytest.param((), "", id="a key that never came"),
        pytest.param((Version(1, 5, 0),), "1.5.0 1.6.0 2.0.0", id="one that came and stayed"),
        pytest.param((Version(1, 5, 0), Version(1, 6, 0)), "1.5.0", id="one that went again"),
        pytest.param(
            (Version(1, 4, 0), Version(1, 5, 0), Version(2, 0, 0)),
            "1.4.0 2.0.0",
            id="one back again",
        ),
    ],
)
def test_a_key_comes_and_goes_by_turns(turns: tuple[Version, ...], holds: str) -> None:
    asked = [Version(1, minor, 0) for minor in (4, 5, 6)] + [Version(2, 0, 0)]
    span = Span("bool", turns)
    assert " ".join(str(release) for release in asked if span.holds(release)) == holds


@pytest.mark.parametrize("plugin", plugins(), ids=lambda plugin: plugin or "top")
def test_each_key_is_listed_with_a_type_and_releases_in_order(plugin: str) -> None:
    for key, span in spans(plugin).items():
        assert span.turns, f"{key} is in no release"
        assert list(span.turns) == sorted(set(span.turns)), key
        assert span.turns[0] >= OLDEST, key
        assert not span.kind[0].isdigit(), key
        assert all(key.split(".")), key


def test_no_key_is_a_value_and_a_table_in_the_same_release() -> None:
    """shape() says so itself, of every release in which anything changes."""
    turns = {turn for plugin in plugins() for span in spans(plugin).values() for turn in span.turns}
    for plugin in plugins():
        for release in turns:
            shape(plugin, release)


def test_a_plugin_that_is_not_listed_has_no_keys() -> None:
    assert spans("io.example.v1.none") == {}
    assert shape("io.example.v1.none", NEWEST) == {}


def test_keys_stand_in_the_tables_that_their_dots_name() -> None:
    cri = shape(CRI_2, Version(1, 7, 24))
    assert cri["sandbox_image"] == "string"
    containerd = cri["containerd"]
    assert isinstance(containerd, dict)
    runtimes = containerd["runtimes"]
    assert isinstance(runtimes, dict)
    handler = runtimes["*"]
    assert isinstance(handler, dict)
    assert handler["sandbox_mode"] == "string"


def test_the_cri_plugin_of_1_x_is_two_in_2_x() -> None:
    last, first = Version(1, 7, 99), Version(2, 0, 0)
    for plugin in (IMAGES, RUNTIME):
        assert shape(plugin, last) == {}
        assert shape(plugin, first)
    assert "cni" in shape(CRI_2, last) and "cni" not in shape(CRI_2, first)
    assert "cni" in shape(RUNTIME, first)


def test_every_release_has_keys_at_the_top_and_runc_has_options() -> None:
    assert {"root", "state", "disabled_plugins"} <= shape(TOP, OLDEST).keys()
    assert not {"version", "imports"} & shape(TOP, OLDEST).keys()
    for release in (Version(1, 3, 0), Version(1, 6, 20), Version(2, 1, 9), NEWEST):
        assert {"version", "root", "state", "imports"} <= shape(TOP, release).keys()
        assert shape(RUNC, release)["SystemdCgroup"] == "bool"
