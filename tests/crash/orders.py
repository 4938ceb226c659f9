"""The power cut in every order that a disk may keep changes in: in a run, in an edit of somebody
else's amid it, where a run begins and where it is set aside."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.crash import disk, foreign, oracle, world
from tests.crash.calls import SYNCS, Notice
from tests.crash.disk import Tree
from tests.crash.drills import Chosen, Scene, Tally, calls_of, recovered
from unshim.apply import journal
from unshim.model.steps import WriteFile

Edit = tuple[int, Callable[[], None]]
"""At which call somebody else does what, and flushes it."""
_END = -1


def _states(
    scene: Scene, start: Path, *verb: str, edit: Edit | None = None
) -> Iterator[tuple[int, Tree]]:
    """Each tree that the disk may hold at each call of a run, once; _END is after the last."""
    chance = random.Random(f"{scene.case.name} {verb[0]}")
    node = scene.fresh(start)
    before = [disk.seen(node)]
    model = disk.Disk(before[0])
    flushed: list[int | None] = []
    found: list[tuple[int, Tree]] = []
    met: set[tuple[bool, str]] = set()

    def settle(count: int) -> None:
        now = disk.seen(node)
        model.change(before[0], now)
        before[0] = now
        for number in flushed:
            model.flush(number)
        flushed.clear()
        for kept in model.outcomes(chance):
            tree = model.with_(kept)
            name = (count == _END, disk.shown(tree))
            if name not in met:
                met.add(name)
                found.append((count, tree))

    def watch(count: int, notice: Notice) -> int:
        settle(count)
        if edit and count == edit[0]:
            edit[1]()
            flushed.append(None)
            settle(count)
        if notice.call in SYNCS:
            flushed.append(_inode(notice))
        return 0

    scene.stage.play(node, *verb, watch=watch, steps=scene.steps)
    settle(_END)
    yield from found


def _inode(notice: Notice) -> int | None:
    if notice.call == "sync":
        return None
    return os.stat(f"/proc/{notice.pid}/fd/{notice.arguments[0]}").st_ino


def _after_the_cut(scene: Scene, tree: Tree) -> Path:
    """A node that has just these files, after a boot."""
    world.remove(scene.place)
    scene.place.mkdir(mode=0o755)
    for name, inode in tree[0].names.items():
        disk.laid_out(tree, inode, scene.place / name)
    world.copy(scene.base / "run", scene.place / "run")
    return scene.place


def lost_power(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """In an apply, and in an undo."""
    applied = scene.place.with_name("applied")
    world.copy(scene.base, applied)
    scene.stage.play(applied, "apply", scene.run)
    for verb, start in (("apply", scene.base), ("undo", applied)):
        for number, (call, tree) in enumerate(_states(scene, start, verb, scene.run)):
            if chosen(number):
                node = _after_the_cut(scene, tree)
                found = told(scene, node) + scene.half(node)
                found += recovered(scene, node, files=True)
                tally.add("orders", f"{scene.case.name}, {verb}, before call {call}", found)


def told(scene: Scene, node: Path) -> list[str]:
    """What the journal claims and the files deny, before anything is recovered."""
    state = oracle.state(node)
    now, old, new = (world.lasting(w).things for w in (world.look(node), scene.old, scene.new))
    if state in oracle.NEW_STATES and now != new:
        return [f"the run is {state}, and the files are not as planned"]
    if state == "undone" and now != old:
        return ["the run is undone, and the files are not as before"]
    return _unguarded(scene, node) if state == "unfinished" else []


def _unguarded(scene: Scene, node: Path) -> list[str]:
    """What would not bring a run back at the next boot, or by hand, that was cut off."""
    applied = scene.place.with_name("applied")
    sh = Path(scene.run.lstrip("/"), "RESTORE.sh")
    unit = node / world.UNITS / world.GUARD
    wants = unit.parent / "sysinit.target.wants"
    whole = unit.exists() and unit.read_bytes().endswith(b"TimeoutStartSec=300\n")
    right = {
        "the boot guard": whole,
        "its link": (wants / unit.name).is_symlink(),
        "ACTIVE": (node / world.OWN / "ACTIVE").is_symlink(),
        "RESTORE.sh": (node / sh).exists()
        and (node / sh).read_bytes() == (applied / sh).read_bytes(),
    }
    return [
        f"cut off half-way, and {what} is not there whole" for what, so in right.items() if not so
    ]


def begun(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Where a run is begun: there is none, or all of it; and in the end all of it."""
    for number, (call, tree) in enumerate(_states(scene, scene.bare, "make")):
        if chosen(number):
            node = _after_the_cut(scene, tree)
            state = oracle.state(node)
            wrong = state not in (("interrupted",) if call == _END else ("interrupted", "none"))
            tally.add("orders", f"begun, before call {call}", [f"it is {state}"] if wrong else [])


def set_aside(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Where a run is set aside: it is in one place, in the end the other one."""
    for number, (call, tree) in enumerate(_states(scene, scene.base, "forget", scene.run)):
        if chosen(number):
            node = _after_the_cut(scene, tree)
            here = journal.folders(node / world.OWN)
            there = [p for p in (node / world.OWN).rglob("plan.json") if p.parent not in here]
            found = ["it is gone"] if not here and not there else []
            found += ["it is still there"] if here and call == _END else []
            tally.add("orders", f"set aside, before call {call}", found)


def edited(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Where somebody else replaces the file just before the worker does: theirs lasts, once the run
    is told to be at its end."""
    (path,) = (step.path for step in scene.case.steps if isinstance(step, WriteFile))
    notices = calls_of(scene, scene.fresh(), "apply", scene.run)
    last = max(n for n, notice in enumerate(notices) if notice.call == "renameat2")
    edit = (last, lambda: foreign.renames(world.real(scene.place, path)))
    states = _states(scene, scene.base, "apply", scene.run, edit=edit)
    for number, (call, tree) in enumerate(states):
        if chosen(number) and not 0 <= call < last:
            node = _after_the_cut(scene, tree)
            place = world.real(node, path)
            ended = oracle.state(node) in ("undone", "refused")
            there = place.exists() and place.read_bytes() == foreign.THEIRS
            found = ["what they wrote does not last"] if ended and not there else []
            scene.stage.play(node, "recover", scene.run)
            near = [p.read_bytes() for p in place.parent.iterdir() if p.is_file()]
            found += [] if foreign.THEIRS in near or call < 0 else ["what they wrote is lost"]
            tally.add("orders", f"{scene.case.name}, edited, before call {call}", found)
