"""A run is cut off at a record of its journal: its node ends old or new, and unshim knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from .base import REPOSITORY
from .cut_off import CUTS, At, applying, at_rest, reached
from .node import Node
from .recorded_states import STATES
from .states import running
from .test_real_apply import DONE, standing
from .test_real_fixes import said, tasks

OLD, NEW = "old", "new"
STANDS = {"verified": NEW, "undone": OLD, "refused": OLD, "interrupted": OLD}
"""What a run's state says of its node, once nobody is at work on it."""


class Scene(NamedTuple):
    """A node with a fault, the check that finds it, and how its node stands before and after."""

    node: Node
    daemon: str
    check: str
    old: list[str]
    new: list[str]

    def stands(self) -> str:
        """Which of the two it is now; what is neither, is shown."""
        now = standing(self.node)
        if now in (self.old, self.new):
            return OLD if now == self.old else NEW
        return "\n".join(sorted(set(now) ^ set(self.old)))


FAULTS = {
    "containerd": ("containerd-cri-disabled", "cri-plugin-disabled"),
}
"""By the daemon that its fix restarts."""


@contextmanager
def faulty(daemon: str) -> Iterator[Scene]:
    """The node of a fault; its fix was carried out once and taken back."""
    name, check = FAULTS[daemon]
    with running(STATES[name], REPOSITORY, copied=False) as node:
        old = standing(node)
        said(node, DONE, "apply", check, "--yes")
        new = standing(node)
        said(node, DONE, "undo", "--yes")
        assert old != new
        assert standing(node) == old
        yield Scene(node, daemon, check, old, new)


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest, node_layers: None) -> Iterator[Scene]:
    """One for each daemon."""
    with faulty(request.param) as made:
        yield made


@pytest.mark.drill
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("at", [At("done", 2)], ids=str)
@pytest.mark.parametrize("scene", ["containerd"], indirect=True)
def test_a_node_ends_old_or_new(scene: Scene, at: At, cut: str) -> None:
    _cut_off(scene, at, cut)


def _cut_off(scene: Scene, at: At, cut: str) -> None:
    node, ran = scene.node, tasks(scene.node)
    with applying(node, at, scene.check, "--yes") as (front, run):
        CUTS[cut](node, front)
    at_rest(node)
    line = node.unshim("journal").stdout.decode().splitlines()[0]
    (state,) = {word for word in line.split() if word in STANDS}
    assert scene.stands() == STANDS[state], line
    if cut in ("the front", "the terminal"):
        assert state == "verified"
    if state == "verified":
        said(node, DONE, "undo", "--yes")
    assert scene.stands() == OLD
    assert tasks(node) == ran, reached(run)
    for unit in ("containerd", "kubelet"):
        assert node.systemctl("is-active", unit) == "active"
    report = node.unshim("--report", "text").stdout.decode()
    assert run.name[:6] not in report, "it tells of a run that is at its end"
