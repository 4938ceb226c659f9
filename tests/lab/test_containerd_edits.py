"""What unshim's other fixes write into the configuration, read by eight real containerds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checks.runtime.cri import CRI_NAMES
from fixes.kubelet.pod_images import SANDBOX_KEYS, sandbox_file
from tests.configs.differences import RELEASES, dump
from tests.configs.dumped import at
from unshim.releases.containerd import CRI_2, IMAGES
from unshim.text.edit.toml_text import remove_items, set_value

from .containerd import EVERY_LINE, Line
from .test_cgroup_edits import versions

IMAGE = "registry.example.org/pause:3.9"
CASES = [(line, version) for line in EVERY_LINE for version in versions(line)]


def _dumped(line: Line, folder: Path, data: bytes) -> dict[str, Any]:
    path = folder / "config.toml"
    path.write_bytes(data)
    said = dump(line, path)
    assert said.document is not None, said.log
    return said.document


def _sandbox(document: dict[str, Any]) -> object:
    if IMAGES in document["plugins"]:
        return at(document, IMAGES, ("pinned_images", "sandbox"))
    return at(document, CRI_2, ("sandbox_image",))


def _head(version: int) -> bytes:
    return f"version = {version}\noom_score = -5\n".encode() if version > 1 else b"oom_score = -5\n"


@pytest.mark.parametrize(("line", "version"), CASES)
def test_the_sandbox_image_is_the_one_that_was_set(
    lab: None, line: Line, version: int, tmp_path: Path
) -> None:
    data = set_value(_head(version), SANDBOX_KEYS[version], IMAGE, "config.toml")
    assert _sandbox(_dumped(line, tmp_path, data)) == IMAGE


@pytest.mark.parametrize("line", EVERY_LINE)
def test_a_new_file_sets_it_and_calls_for_no_migration(
    lab: None, line: Line, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(sandbox_file(IMAGE, RELEASES[line]))
    said = dump(line, path)
    assert said.document is not None
    assert _sandbox(said.document) == IMAGE
    assert "version `1`" not in said.log
    assert "version `2`" not in said.log


@pytest.mark.parametrize(("line", "version"), CASES)
def test_a_cri_plugin_that_was_disabled_is_enabled_again(
    lab: None, line: Line, version: int, tmp_path: Path
) -> None:
    names = ["cri"] if version == 1 else [name for name in CRI_NAMES if "." in name]
    listed = ", ".join(f'"{name}"' for name in [*names, *_KEPT[version > 1]])
    data = _head(version) + f"disabled_plugins = [{listed}]\n".encode()
    before = _dumped(line, tmp_path, data)
    assert len(before["disabled_plugins"]) == len(names) + 1
    after = _dumped(line, tmp_path, remove_items(data, ("disabled_plugins",), names, "config.toml"))
    assert [name.rpartition(".")[2] for name in after["disabled_plugins"]] == ["btrfs"]
    assert _sandbox(after)


_KEPT = {False: ["btrfs"], True: ["io.containerd.snapshotter.v1.btrfs"]}
