"""A node as steps leave it: its files on an overlay, and what is expected of what runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from unshim.apply.kind import Kinds, Picture
from unshim.apply.kinds import KINDS, kind_of
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.steps import Step
from unshim.plan.pictures import expect, expect_units
from unshim.plan.pictures.overlay import OverlayHost


class Pictured(NamedTuple):
    """A node after steps: `by_files` as its files alone make it, `node` with what is expected of
    restarts, starts, stops and copies too."""

    by_files: Node
    node: Node


class NodePicture:
    """A Picture: files change on the overlay, everything else is noted as an expectation."""

    def __init__(self, base: Host) -> None:
        self.overlay = OverlayHost(base)
        self._expectations: list[Callable[[Node], Node]] = []

    def file_is(self, path: str, data: bytes | None, mode: int) -> None:
        self.overlay.write(path, data, mode)

    def units_are_reloaded(self) -> None:
        self.overlay.reload()

    def unit_restarts(self, unit: str) -> None:
        self._expectations.append(lambda node: expect.restarted(node, unit))

    def unit_stops(self, unit: str) -> None:
        self._expectations.append(lambda node: expect_units.stopped(node, unit))

    def unit_starts(self, unit: str) -> None:
        self._expectations.append(lambda node: expect_units.started(node, unit))

    def unit_is_enabled(self, unit: str, enabled: bool) -> None:
        self._expectations.append(lambda node: expect_units.enabled(node, unit, enabled))

    def unit_is_masked(self, unit: str, masked: bool) -> None:
        self._expectations.append(lambda node: expect_units.masked(node, unit, masked))

    def image_is_shared(self, source: str, target: str, name: str, digest: str) -> None:
        self._expectations.append(lambda node: expect.shared(node, source, target, name, digest))

    def image_is_brought(self, target: str, name: str, digest: str) -> None:
        self._expectations.append(lambda node: expect.brought(node, target, name, digest))

    def swap_is_off(self, device: str) -> None:
        self._expectations.append(lambda node: expect.without_swap(node, device))

    def node_is_drained(self) -> None:
        self._expectations.append(expect.drained)

    def expected(self, node: Node) -> Node:
        """A node as it is expected to be after all that was noted, in that order."""
        for expectation in self._expectations:
            node = expectation(node)
        return node


if TYPE_CHECKING:
    _: type[Picture] = NodePicture


def with_steps(base: Host, steps: Iterable[Step], kinds: Kinds = KINDS) -> NodePicture:
    """The picture of a base after steps, in the order they are carried out."""
    picture = NodePicture(base)
    for step in steps:
        kind_of(step, kinds).pictured(step, picture)
    return picture


def pictured(base: Host, steps: Iterable[Step]) -> Pictured:
    """The node after these steps; one gather."""
    picture = with_steps(base, steps)
    by_files = gather(picture.overlay)
    return Pictured(by_files, picture.expected(by_files))
