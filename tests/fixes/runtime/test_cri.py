"""The CRI plugin enabled again, in each file that disables it."""

from __future__ import annotations

from checks.runtime.cri import cri_plugin_disabled
from tests.checks.changed import HEALTHY, with_config
from tests.fixes.carried_out import acts, file_of, killing, refusal, steps, texts
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.values import Origin, Setting, Source

MAIN, IMPORTED = "/etc/containerd/config.toml", "/etc/containerd/conf.d/docker.toml"


def _disabled_in(*files: tuple[str, str, str], known_files: bool = True) -> Node:
    """A node with these files, each of which names a plugin: path, plugin, text."""
    return with_config(
        node(HEALTHY),
        files=tuple(file_of(path, text) for path, _, text in files) if known_files else (),
        disabled_plugins=tuple(
            Setting(plugin, Source(Origin.FILE, path, 1)) for path, plugin, _ in files
        ),
    )


def test_it_goes_from_every_file_and_others_stay() -> None:
    seen = _disabled_in(
        (MAIN, "cri", 'disabled_plugins = ["cri", "aufs"]\nroot = "/x"\n'),
        (IMPORTED, "io.containerd.grpc.v1.cri",
         'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'),
    )  # fmt: skip
    done = steps(cri_plugin_disabled, seen)
    assert texts(done) == {
        IMPORTED: "disabled_plugins = []\n",
        MAIN: 'disabled_plugins = ["aufs"]\nroot = "/x"\n',
    }
    assert acts(done) == ["containerd.service"]


def test_a_file_without_the_plugin_is_not_touched() -> None:
    seen = _disabled_in(
        (MAIN, "cri", 'disabled_plugins = ["cri"]\n'),
        (IMPORTED, "aufs", 'disabled_plugins = ["aufs"]\n'),
    )
    assert list(texts(steps(cri_plugin_disabled, seen))) == [MAIN]


def test_a_restart_that_kills_is_refused_with_what_comes_first() -> None:
    seen = killing(_disabled_in((MAIN, "cri", 'disabled_plugins = ["cri"]\n')))
    refused = refusal(cri_plugin_disabled, seen)
    assert refused.first == ("unshim apply containerd-unit-killmode",)


def test_a_file_that_it_has_not_read_is_left_to_a_person() -> None:
    seen = _disabled_in((MAIN, "cri", ""), known_files=False)
    refused = refusal(cri_plugin_disabled, seen)
    assert refused.reason == f"{MAIN} disables the CRI plugin and is not a file unshim edits"
