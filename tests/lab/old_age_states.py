"""Nodes of the age of dockershim: Docker on the containerd that came with it."""

from __future__ import annotations

from .states import DAEMON, ROTATING, State

OLD_AGE: dict[str, State] = {
    "dockershim-containerd-1.3": State(
        "Docker 20.10 runs its containers on containerd 1.3.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        crictl=False,
        line="1.3",
    ),
}
