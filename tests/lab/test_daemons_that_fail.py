"""A daemon that a fix restarts ends, hangs or is late: the node gets its old file back, and no task
ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .test_cut_off import Scene, faulty
from .test_real_apply import UNDONE, standing
from .test_real_fixes import said, tasks

_OLD = {
    "containerd": "grep -q disabled.*v1.cri /etc/containerd/config.toml",
}
"""Whether the daemon finds its old file."""
_DROP_INS = {
    "ends": "ExecStartPre=/bin/sh -c '{}'",
    "is not ready in time": "TimeoutStartSec=10\nExecStartPre=/bin/sh -c '{} || sleep infinity'",
    "hangs once it is up": "ExecStartPost=/bin/sh -c '{} || kill -STOP $MAINPID'",
}
"""What a unit does that does not find its old file."""


@pytest.fixture(scope="module", params=["containerd"])
def scene(request: pytest.FixtureRequest, node_layers: None) -> Iterator[Scene]:
    """A node for each daemon."""
    with faulty(request.param) as made:
        yield made


@contextmanager
def doomed(scene: Scene, what: str) -> Iterator[list[str]]:
    """The daemon does this with its new file; how the node stands so."""
    unit = f"{scene.daemon}.service"
    path = f"/etc/systemd/system/{unit}.d/doom.conf"
    scene.node.write(path, f"[Service]\n{_DROP_INS[what].format(_OLD[scene.daemon])}\n")
    scene.node.systemctl("daemon-reload")
    try:
        yield standing(scene.node)
    finally:
        scene.node.run(["rm", path])
        scene.node.systemctl("daemon-reload")


@pytest.mark.drill
@pytest.mark.parametrize("what", _DROP_INS)
def test_a_daemon_that_does_not_come_back_gets_its_old_file(scene: Scene, what: str) -> None:
    ran = tasks(scene.node)
    with doomed(scene, what) as before:
        words = said(scene.node, UNDONE, "apply", scene.check, "--yes")
        assert "node is as it was" in words
        assert standing(scene.node) == before
    well(scene)
    assert tasks(scene.node) == ran


def well(scene: Scene) -> None:
    for unit in ("containerd", "kubelet"):
        assert scene.node.systemctl("is-active", unit) == "active"
