"""Nodes with kubelets of releases that the folder of programs does not have: recordings in which
only the release that the kubelet says was changed. Each shows what holds for 1.19, or for 1.24 to
1.26, alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kubelet import FLAGS, VERSION
from .states import BY_HAND

Index = dict[str, Any]


@dataclass(frozen=True)
class Derived:
    """A recording of `base` whose kubelet says that it is of another release.

    `flags` is put into kubeadm's flags file where there is any.
    """

    says: str
    base: str
    kubelet: str
    flags: str = ""


DERIVED: dict[str, Derived] = {
    "dockershim-kubelet-1.25-told-to-use-docker": Derived(
        "A kubelet 1.25 is given --container-runtime=docker, which it does not take.",
        "dockershim-ready-to-move",
        "v1.25.16",
        flags="--container-runtime=docker",
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
}


def derive(derived: Derived, index: Index, folder: Path) -> None:
    """Make the recording in `folder` from the index of its base."""
    _another_kubelet(index, derived.kubelet)
    if derived.flags:
        file = "files/by-hand-flags"
        (folder / "files").mkdir(exist_ok=True)
        (folder / file).write_text(f'KUBELET_KUBEADM_ARGS="{derived.flags}"\n')
        index["paths"][FLAGS]["file"] = file
        index["parts"][FLAGS] = f"{BY_HAND}: this file"
    (folder / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")


def _another_kubelet(index: Index, release: str) -> None:
    for command in index["commands"]:
        if command["argv"][-2:] == ["/usr/bin/kubelet", "--version"]:
            command["stdout"] = command["stdout"].replace(VERSION, release)
    index["parts"]["kubelet --version"] = f"{BY_HAND}: {release}, where {VERSION} was recorded"
