"""The worker killed at each call, killed again in its recovery, and refused by the machine."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.crash import oracle, world
from tests.crash.calls import Notice
from tests.crash.cases import Case
from tests.crash.player import KILL, Hung, Stage, Watch
from tests.crash.world import World
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.model.steps import WriteFile

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENOMEM)
DONE, UNDONE, INCOMPLETE, REFUSED = 0, 4, 5, 6
ENDED = (*oracle.OLD_STATES, *oracle.NEW_STATES)


@dataclass
class Tally:
    """How often it was tried, by what was tried, and everything that was not as it must be."""

    tried: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str, where: str, found: list[str]) -> None:
        self.tried[what] = self.tried.get(what, 0) + 1
        self.wrong += [f"{what}: {where}: {one}" for one in found]


class Scene(NamedTuple):
    """A case on a node: what plays it, the node before the first step with the run's folder made,
    a place for tries, and what the node is before and after."""

    stage: Stage
    case: Case
    base: Path
    place: Path
    run: str
    old: World
    new: World
    digests: tuple[str, str]

    @property
    def bare(self) -> Path:
        """The node before its run's folder was made."""
        return self.base.with_name("bare")

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps, as a plan has them."""
        return [encode(step) for step in self.case.steps]

    def fresh(self, node: Path | None = None) -> Path:
        """The place, as the node before the first step; or as another one."""
        return world.copy(node or self.base, self.place)

    def judged(self, node: Path, files: bool = False) -> list[str]:
        """What is wrong with a node where everything has ended: half, mixed, stuck, or not what its
        run is told to be; of `files` alone, after a boot."""
        now = world.look(node)
        state = oracle.state(node)
        if state in oracle.NEW_STATES:
            want, kept = self.new, {t.data for t in self.old.things.values()}
        elif state in oracle.OLD_STATES:
            want, kept = self.old, set[bytes]()
        else:
            return [f"stuck: the run is {state}"]
        want, now = (world.lasting(w) if files else w for w in (want, now))
        found = [f"{state}, but {one}" for one in oracle.differences(want, now, self.digests)]
        strange = [name for name, thing in now.aside.items() if thing.data not in kept]
        return found + [f"{state}, and left beside: {name}" for name in strange]

    def half(self, node: Path) -> list[str]:
        """Files that are neither old nor new, whatever moment this is."""
        return list(oracle.halves(self.old, self.new, world.look(node)))


def opened(stage: Stage, case: Case, top: Path) -> Scene:
    """A case on a node of its own below `top`."""
    bare, base = top / "bare", top / "base"
    for folder in (bare, base):
        world.remove(folder)
    world.build(case, bare)
    old = world.look(bare)
    new = oracle.planned(case, old, bare)
    world.copy(bare, base)
    ended = stage.play(base, "make", steps=[encode(step) for step in case.steps])
    assert ended.code == 0, ended.said
    (run,) = journal.folders(base / world.OWN)
    digests = (world.read_now(bare), _digest(case, bare, new))
    return Scene(stage, case, base, top / "node", f"/{world.OWN}/tx/{run.name}", old, new, digests)


def _digest(case: Case, node: Path, then: World) -> str:
    lines = ""
    for path in sorted(step.path for step in case.steps if isinstance(step, WriteFile)):
        thing = then.things.get(str(world.real(node, path).relative_to(node)))
        if thing is not None:
            lines += f"{hashlib.sha256(thing.data).hexdigest()}  {path}\n"
    return f"{hashlib.sha256(lines.encode()).hexdigest()}  -"


def at(point: int, does: int) -> Watch:
    """One thing at one call."""
    return lambda count, _: does if count == point else 0


def calls_of(scene: Scene, node: Path, *verb: str, opens: bool = False) -> list[Notice]:
    """The calls of one run to its end."""
    seen: list[Notice] = []

    def watch(_: int, notice: Notice) -> int:
        seen.append(notice)
        return 0

    scene.stage.play(node, *verb, watch=watch, opens=opens)
    return seen


def carried_out(scene: Scene) -> list[str]:
    """What is wrong where nothing goes wrong: carried out, and taken back."""
    node = scene.fresh()
    ended = scene.stage.play(node, "apply", scene.run)
    found = [f"apply ended with {ended.code}: {ended.said}"] if ended.code != DONE else []
    found += scene.judged(node)
    if oracle.state(node) not in oracle.NEW_STATES:
        found.append(f"it is {oracle.state(node)} after an apply")
    ended = scene.stage.play(node, "undo", scene.run)
    found += [f"undo ended with {ended.code}: {ended.said}"] if ended.code != UNDONE else []
    return found + scene.judged(node)


def recovered(scene: Scene, node: Path, files: bool = False) -> list[str]:
    """What is wrong after a recovery (`files`: by the boot guard first) and, where it did not end
    the run, an undo; and after another recovery."""
    try:
        for verb in (*(("boot",) if files else ()), "recover", "undo"):
            if verb != "undo" or oracle.state(node) not in ENDED:
                scene.stage.play(node, verb, scene.run)
        found = scene.judged(node, files)
        before = world.look(node)
        scene.stage.play(node, "recover", scene.run)
    except Hung:
        return ["stuck: the recovery hangs"]
    found += [f"{name} stands for a run at its end" for name in world.watched_over(node)]
    if world.look(node).things != before.things:
        found.append("a second recovery changed something")
    return found


Chosen = Callable[[int], bool]


def killed(scene: Scene, tally: Tally, chosen: Chosen, twice: Chosen) -> None:
    """Kill the worker at each call of an apply, and of an undo; and those of `twice` again, at each
    call of the recovery that `chosen` takes."""
    applied = scene.place.with_name("applied")
    world.copy(scene.base, applied)
    scene.stage.play(applied, "apply", scene.run)
    cut = scene.place.with_name("cut")
    for verb, start in (("apply", scene.base), ("undo", applied)):
        points = len(calls_of(scene, scene.fresh(start), verb, scene.run))
        for point in filter(chosen, range(points)):
            node = scene.fresh(start)
            scene.stage.play(node, verb, scene.run, watch=at(point, KILL))
            found = scene.half(node)
            if twice(point):
                world.copy(node, cut)
            where = f"{scene.case.name}, {verb}, call {point}"
            tally.add("kills", where, found + recovered(scene, node))
            if twice(point):
                _killed_again(scene, cut, where, tally, chosen)


def _killed_again(scene: Scene, cut: Path, where: str, tally: Tally, chosen: Chosen) -> None:
    points = len(calls_of(scene, scene.fresh(cut), "recover", scene.run))
    for point in filter(chosen, range(0, points, 2)):
        node = scene.fresh(cut)
        scene.stage.play(node, "recover", scene.run, watch=at(point, KILL))
        found = scene.half(node)
        tally.add("double kills", f"{where}, then {point}", found + recovered(scene, node))


def refused(scene: Scene, tally: Tally, chosen: Chosen) -> None:
    """Let each call of the worker fail, once and from then on, with each error; what it says of the
    end must be so, and what is left must be recoverable."""
    notices = calls_of(scene, scene.fresh(), "apply", scene.run, opens=True)
    for number, (point, error, lasting) in enumerate(_failures(notices)):
        if chosen(number):
            node = scene.fresh()
            watch = _failing(point, error, lasting)
            ended = scene.stage.play(node, "apply", scene.run, watch=watch, opens=True)
            found = scene.half(node) + _told(scene, node, ended.code) + recovered(scene, node)
            name = f"{errno.errorcode[error]}{' from' if lasting else ''} at call {point}"
            tally.add("errors", f"{scene.case.name}, {name} ({notices[point].call})", found)


def _failures(notices: list[Notice]) -> Iterator[tuple[int, int, bool]]:
    for point, notice in enumerate(notices):
        if notice.pid == notices[0].pid:
            for error in ERRORS:
                if error != errno.EMFILE or notice.call == "openat":
                    yield point, error, False
                    yield point, error, True


def _failing(point: int, error: int, lasting: bool) -> Watch:
    worker: list[int] = []

    def watch(count: int, notice: Notice) -> int:
        worker.append(notice.pid)
        if notice.pid != worker[0] or (error == errno.EMFILE and notice.call != "openat"):
            return 0
        return error if count == point or (lasting and count > point) else 0

    return watch


def _told(scene: Scene, node: Path, code: int) -> list[str]:
    """Whether the exit code says what is so."""
    now = world.look(node)
    old = not oracle.differences(scene.old, now, scene.digests) and not now.aside
    new = not oracle.differences(scene.new, now, scene.digests)
    if code == DONE and not new:
        return ["exit 0, and it is not as planned"]
    if code in (UNDONE, REFUSED) and not old:
        return [f"exit {code}, and it is not as before"]
    if code == INCOMPLETE and old:
        return ["exit 5, and all is as before"]
    return []
