"""Somebody else writes to the same file while the worker is at it: at each call, in each way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.crash import world
from tests.crash.calls import Notice
from tests.crash.drills import Chosen, Scene, Tally, calls_of
from tests.crash.world import Thing
from unshim.model.steps import WriteFile

THEIRS, LATER = b"# what somebody else wrote\n", b"# what they wrote next\n"


def renames(place: Path, text: bytes = THEIRS) -> None:
    """A new file in place of the old one."""
    aside = place.with_name("theirs")
    aside.write_bytes(text)
    aside.rename(place)


WRITES, RENAMES = "writes", "renames"
OWNERS: dict[str, tuple[Callable[[Path], None], Callable[[Thing], bool]]] = {
    "closes": (lambda place: place.chmod(0o400), lambda thing: thing.mode & 0o044 == 0),
    "gives away": (lambda place: os.chown(place, 11, 12), lambda thing: thing.uid == 11),
    "marks": (
        lambda place: os.setxattr(place, "trusted.theirs", b"1"),
        lambda thing: ("trusted.theirs", b"1") in thing.xattrs,
    ),
}


class Somebody:
    """Edits a file once, at one of the worker's calls; where the worker holds the file quiet then,
    the one who opened it waits, and writes to that very file as soon as that is let."""

    def __init__(self, how: str, place: Path, at: int, text: bytes = THEIRS) -> None:
        self.how, self.place, self.text = how, place, text
        self._at = at
        self._opened = -1
        self.over: bytes | None = None
        """What stood there before it; None until it is done."""

    def tries(self, count: int) -> None:
        """At a call of this number."""
        if self.over is None and (count >= self._at):
            self._edits()

    def _edits(self) -> None:
        there = self.place.exists()
        stood = self.place.read_bytes() if there else b""
        if self.how == RENAMES:
            renames(self.place, self.text)
        elif self.how == WRITES:
            if not self._writes(there):
                return
        elif there:
            OWNERS[self.how][0](self.place)
        else:
            self._at = 1 << 30  # there is nothing whose owner could be changed
            return
        self.over = stood

    def _writes(self, there: bool) -> bool:
        if self._opened < 0:
            if not there:
                self.place.write_bytes(self.text)
                return True
            self._opened = os.open(self.place, os.O_PATH)
        flags = os.O_WRONLY | os.O_TRUNC | os.O_NONBLOCK
        try:
            handle = os.open(f"/proc/self/fd/{self._opened}", flags)
        except BlockingIOError:
            return False
        with os.fdopen(handle, "wb") as stream:
            stream.write(self.text)
        os.close(self._opened)
        self._opened = -1
        return True

    def ends(self) -> None:
        """The worker has ended, and lets go of what it held."""
        if self._opened >= 0:
            self._edits()

    def kept(self) -> bool:
        """Whether what they did stands at the file or, of a text, beside it."""
        if self.how in (WRITES, RENAMES):
            return self.text in texts_near(self.place)
        return not self.place.exists() or OWNERS[self.how][1](world.thing(self.place))


def texts_near(place: Path) -> list[bytes]:
    """What the files of a folder hold."""
    near = place.parent
    return [p.read_bytes() for p in near.iterdir() if p.is_file()] if near.is_dir() else []


def _played(scene: Scene, node: Path, verb: str, *people: Somebody) -> None:
    def watch(count: int, _: Notice) -> int:
        for one in people:
            one.tries(count)
        return 0

    scene.stage.play(node, verb, scene.run, watch=watch)
    for one in people:
        one.ends()


def _path(scene: Scene) -> str:
    (path,) = (step.path for step in scene.case.steps if isinstance(step, WriteFile))
    return path


def meddled(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Each edit at each call of an apply, and of the undo after it: what they wrote, and what they
    closed, is there in the end."""
    applied = scene.place.with_name("applied")
    world.copy(scene.base, applied)
    scene.stage.play(applied, "apply", scene.run)
    for verb, start in (("apply", scene.base), ("undo", applied)):
        points = len(calls_of(scene, scene.fresh(start), verb, scene.run))
        for point in filter(chosen, range(points)):
            for how in (RENAMES, WRITES, *OWNERS):
                node = scene.fresh(start)
                one = Somebody(how, world.real(node, _path(scene)), point)
                _played(scene, node, verb, one)
                lost = one.over is not None and not one.kept()
                where = f"{scene.case.name}, {verb}, {how} at call {point}"
                tally.add("foreign edits", where, ["the edit is lost"] if lost else [])


def meddled_twice(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """A file renamed to there, and soon after another, or a text written into what stands there
    then: the newest stands there in the end, and the first is kept unless the second took its
    place."""
    points = len(calls_of(scene, scene.fresh(), "apply", scene.run))
    gaps, hows = range(1, 9), (RENAMES, WRITES)
    tries = [(point, gap, how) for point in range(points) for gap in gaps for how in hows]
    for point, gap, how in (one for n, one in enumerate(tries) if chosen(n)):
        node = scene.fresh()
        place = world.real(node, _path(scene))
        first = Somebody(RENAMES, place, point)
        second = Somebody(how, place, point + gap, LATER)
        _played(scene, node, "apply", first, second)
        found = []
        if second.over is not None:
            found += [] if first.kept() or second.over == THEIRS else ["the first is lost"]
            stands = place.exists() and place.read_bytes() == LATER
            found += [] if stands else ["the newest does not stand there"]
        where = f"{scene.case.name}, {how} at {point} and {point + gap}"
        tally.add("foreign edits", where, found)
