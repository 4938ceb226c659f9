"""Nodes with programs that are not to be had here: recordings in which their words were changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .kubelet import FLAGS, VERSION
from .states import BY_HAND, SOCKET

Index = dict[str, Any]


@dataclass(frozen=True)
class Derived:
    """A recording of `base` whose kubelet says that it is of another release.

    `flags` is put into kubeadm's flags file where it is not None, and `files` over other files.
    """

    says: str
    base: str
    kubelet: str = ""
    flags: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


DERIVED: dict[str, Derived] = {
    "dockershim-kubelet-upgraded-to-1.24": Derived(
        "The package of kubelet 1.24 came over a node that still uses dockershim.",
        "dockershim",
        "v1.24.17",
    ),
    "dockershim-kubelet-upgraded-to-1.24-and-ready": Derived(
        "The same on a node where containerd has what its static pods need.",
        "dockershim-ready-to-move",
        "v1.24.17",
    ),
    "dockershim-kubelet-1.25-told-to-use-docker": Derived(
        "A kubelet 1.25 is given --container-runtime=docker, which it does not take.",
        "dockershim-ready-to-move",
        "v1.25.16",
        flags="--container-runtime=docker",
    ),
    "dockershim-ready-and-its-endpoint-is-ignored": Derived(
        "A kubelet 1.20 is given containerd's endpoint, and not that it is to use it.",
        "dockershim-ready-to-move",
        flags=f"--container-runtime-endpoint={SOCKET} --network-plugin=cni",
    ),
    "containerd-kubelet-1.25-with-a-flag-that-goes": Derived(
        "A kubelet 1.25 whose --container-runtime=remote stops its upgrade to 1.27.",
        "containerd-healthy",
        "v1.25.16",
    ),
    "dockershim-kubelet-1.19": Derived(
        "A kubelet 1.19 runs its pods through dockershim, which is its default.",
        "dockershim",
        "v1.19.16",
    ),
    "containerd-kubelet-1.24-over-a-running-1.20": Derived(
        "The package of kubelet 1.24 came over a kubelet 1.20 that goes on.",
        "containerd-kubelet-replaced",
        "v1.24.17",
    ),
    "containerd-kubelet-1.28-with-removed-flags": Derived(
        "A kubelet 1.28 is given flags that it does not know.",
        "containerd-flags-left-behind",
        "v1.28.15",
    ),
    "containerd-2.1-with-a-new-kubelet": Derived(
        "A kubelet 1.32 with containerd 2.1: it asks containerd for the cgroup driver.",
        "containerd-2.1-with-an-old-kubelet",
        "v1.32.4",
        flags=f"--container-runtime-endpoint={SOCKET}",
    ),
}


def derive(derived: Derived, index: Index, folder: Path) -> None:
    """Make the recording in `folder` from the index of its base."""
    if derived.kubelet:
        _another_kubelet(index, derived.kubelet)
    changed = dict(derived.files)
    if derived.flags is not None:
        changed[FLAGS] = f'KUBELET_KUBEADM_ARGS="{derived.flags}"\n'
    for path, text in changed.items():
        index["paths"][path]["file"] = "files/by-hand-" + path.strip("/").replace("/", "-")
        (folder / "files").mkdir(exist_ok=True)
        (folder / index["paths"][path]["file"]).write_text(text)
        index["parts"][path] = f"{BY_HAND}: this file"
    (folder / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")


def _another_kubelet(index: Index, release: str) -> None:
    for command in index["commands"]:
        if command["argv"][-2:] == ["/usr/bin/kubelet", "--version"]:
            command["stdout"] = command["stdout"].replace(VERSION, release)
    index["parts"]["kubelet --version"] = f"{BY_HAND}: {release}, where {VERSION} was recorded"
