"""Somebody else writes to the same file while the worker is at it: at each call, in each way."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.crash import world
from tests.crash.calls import Notice
from tests.crash.drills import Chosen, Scene, Tally, calls_of
from unshim.model.steps import WriteFile

THEIRS, LATER = b"# what somebody else wrote\n", b"# what they wrote next\n"


def renames(place: Path, text: bytes = THEIRS) -> None:
    """A new file in place of the old one."""
    aside = place.with_name("theirs")
    aside.write_bytes(text)
    aside.rename(place)


def _writes(place: Path, text: bytes = THEIRS) -> None:
    """Raises: BlockingIOError where the worker has a lease on it: who writes waits until then."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK
    with os.fdopen(os.open(place, flags, 0o644), "wb") as stream:
        stream.write(text)


def _closes(place: Path) -> None:
    if place.exists():
        place.chmod(0o400)


def _gives_away(place: Path) -> None:
    if place.exists():
        os.chown(place, 11, 12)


def _marks(place: Path) -> None:
    if place.exists():
        os.setxattr(place, "trusted.theirs", b"1")


EDITS: tuple[Callable[[Path], None], ...] = (renames, _writes, _closes, _gives_away, _marks)


def meddled(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Each edit at each call of an apply, and of the undo after it: what they wrote, and what they
    closed, is there in the end."""
    (path,) = (step.path for step in scene.case.steps if isinstance(step, WriteFile))
    applied = scene.place.with_name("applied")
    world.copy(scene.base, applied)
    scene.stage.play(applied, "apply", scene.run)
    for verb, start in (("apply", scene.base), ("undo", applied)):
        points = len(calls_of(scene, scene.fresh(start), verb, scene.run))
        for point in filter(chosen, range(points)):
            for edit in EDITS:
                node = scene.fresh(start)
                place = world.real(node, path)
                there: list[bool] = []

                def watch(
                    count: int,
                    _: Notice,
                    *,
                    at: int = point,
                    edit: Callable[[Path], None] = edit,
                    place: Path = place,
                    there: list[bool] = there,
                ) -> int:
                    if count >= at and not there:
                        with suppress(BlockingIOError):
                            stood = place.exists()
                            edit(place)
                            there.append(stood or edit in (renames, _writes))
                    return 0

                scene.stage.play(node, verb, scene.run, watch=watch)
                lost = there == [True] and not _is_there(place, edit)
                where = f"{scene.case.name}, {verb}, {edit.__name__} at call {point}"
                tally.add("foreign edits", where, ["the edit is lost"] if lost else [])


def meddled_twice(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """A file renamed to there, and soon after another, or a text written into what stands there
    then: the newest is there in the end, and so is the first unless the second took its place."""
    (path,) = (step.path for step in scene.case.steps if isinstance(step, WriteFile))
    points = len(calls_of(scene, scene.fresh(), "apply", scene.run))
    tries = [
        (p, gap, by) for p in range(points) for gap in range(1, 9) for by in (renames, _writes)
    ]
    for number, (point, gap, by) in enumerate(tries):
        if chosen(number):
            node = scene.fresh()
            place = world.real(node, path)
            over: list[bytes] = []

            def watch(
                count: int,
                _: Notice,
                *,
                at: tuple[int, int] = (point, point + gap),
                by: Callable[[Path, bytes], None] = by,
                place: Path = place,
                over: list[bytes] = over,
            ) -> int:
                if count == at[0]:
                    renames(place)
                if count >= at[1] and not over:
                    stood = place.read_bytes() if place.exists() else b""
                    with suppress(BlockingIOError):
                        by(place, LATER)
                        over.append(stood)
                return 0

            scene.stage.play(node, "apply", scene.run, watch=watch)
            near = [p.read_bytes() for p in place.parent.iterdir() if p.is_file()]
            found = ["the first is lost"] if over and THEIRS not in (*near, *over) else []
            stands = place.exists() and place.read_bytes() == LATER
            found += ["the newest does not stand there"] if over and not stands else []
            where = f"{scene.case.name}, {by.__name__} at {point} and {point + gap}"
            tally.add("foreign edits", where, found)


def _is_there(place: Path, edit: Callable[[Path], None]) -> bool:
    """Whether an edit stands at the file, or what was written is kept beside it."""
    near = [p for p in place.parent.iterdir() if p.is_file()] if place.parent.is_dir() else []
    if edit in (renames, _writes):
        return any(p.read_bytes() == THEIRS for p in near)
    if not place.exists():
        return True  # the file was to go, and went
    thing = world.thing(place)
    if edit is _closes:
        return thing.mode & 0o044 == 0
    if edit is _gives_away:
        return (thing.uid, thing.gid) == (11, 12)
    return ("trusted.theirs", b"1") in thing.xattrs
