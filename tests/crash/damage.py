"""What a run left on disk, damaged; and two workers at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

from tests.crash import oracle, world
from tests.crash.drills import Chosen, Scene, Tally, at, calls_of
from tests.crash.player import KILL


def damaged(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """A run that was killed in the middle, and each byte of its journal and of its plan changed:
    nobody may claim that it was taken back while its file is the new one."""
    notices = calls_of(scene, scene.fresh(), "apply", scene.run)
    point = max(n for n, notice in enumerate(notices) if notice.call == "renameat2") + 1
    cut = scene.place.with_name("cut")
    world.copy(scene.base, cut)
    scene.stage.play(cut, "apply", scene.run, watch=at(point, KILL))
    for name, number in filter(lambda each: chosen(each[1]), list(_bytes(scene, cut))):
        node = scene.fresh(cut)
        file = node / scene.run.lstrip("/") / name
        data = bytearray(file.read_bytes())
        data[number] ^= 0x15
        file.write_bytes(bytes(data))
        for verb in ("recover", "undo"):
            scene.stage.play(node, verb, scene.run)
        state, now = oracle.state(node), world.look(node)
        lies = state in oracle.OLD_STATES and now.things != scene.old.things
        lies |= state in oracle.NEW_STATES and now.things != scene.new.things
        found = scene.half(node) + ([f"it is told to be {state}, and is not"] if lies else [])
        tally.add("damage", f"byte {number} of {name}", found)


def _bytes(scene: Scene, node: Path) -> Iterator[tuple[str, int]]:
    folder = node / scene.run.lstrip("/")
    for name in ("journal", "plan.json"):
        data = (folder / name).read_bytes().rstrip(b"\0")
        yield from ((name, number) for number in range(0, len(data), 5))


def contended(scene: Scene, tally: Tally) -> None:
    """A worker whose run another has in hand, and one on a machine where another has the lock."""
    node = scene.fresh()
    journal = node / scene.run.lstrip("/") / "journal"
    with open(journal, "rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        scene.stage.play(node, "apply", scene.run)
        now = world.look(node).things
        found = ["two workers carry out one run"] if now != scene.old.things else []
        found += [] if oracle.state(node) == "running" else ["a run at work is not told to be so"]
    tally.add("contenders", "a run in hand", found)
    node = scene.fresh()
    ended = scene.stage.play(node, "lock")
    tally.add("contenders", "the machine's lock", [ended.said] if ended.code else [])
