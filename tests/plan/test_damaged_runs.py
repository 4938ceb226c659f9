"""Whatever becomes of a run's folder: a clear line, a way out, and nothing said that is not so."""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import carried
from tests.apply.acts.test_files import folder as folder
from tests.apply.damage import Damage, kinds
from tests.journals import cut_after
from unshim.apply import ends, journal, recover
from unshim.apply.codec import encode
from unshim.model import states
from unshim.model.session import Ended, Story, Undoing
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.forget import forget_run
from unshim.plan.story import story
from unshim.plan.undoing import undoing
from unshim.report.journal import as_json, story_as_json
from unshim.tell.story import story as told

OLD, NEW = (b"a", b"b", None), (b"A", None, b"C")
OTHERS = ("applied", "waiting", "broken", "undone", "unfinished")
FEW, MANY = 3, 12
"""Of how many kinds of damage one is tried outside of drills: of a verified run, of others."""


class _World:
    """Three files that a run changed, and its folder, as often as they are wanted."""

    def __init__(self, place: Path, state: str) -> None:
        self.place, self.state = place, place / "state"
        self._put(OLD)
        paths = [str(place / name) for name in "abc"]
        steps: list[Step] = [WriteFile(*one) for one in zip(paths, OLD, NEW, strict=True)]
        plan = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "expected": None}
        run = journal.new_run({**plan, "steps": [encode(s) for s in steps]}, self.state)
        assert carried.apply(run) == ends.APPLIED
        with journal.Journal(run) as lines:
            if state == "undone":
                assert recover.undo(run, lines) == ends.UNDONE
            elif state not in ("applied", "unfinished"):
                lines.add(state)
        if state == "unfinished":
            cut_after(run, 4)  # the second step is announced
            self._put((NEW[0], *OLD[1:]))
        self.name, self.number, self.left = run.name, run.name[:6], self.files()
        self._whole = place / "whole"
        shutil.copytree(run, self._whole)

    def kinds(self) -> Iterator[tuple[str, Damage]]:
        return kinds(self._whole)

    def again(self) -> Path:
        shutil.rmtree(self.state)
        (self.state / "tx").mkdir(parents=True, mode=0o700)
        self.state.chmod(0o700)
        shutil.copytree(self._whole, self.state / "tx" / self.name)
        self._put(self.left)
        return self.state / "tx" / self.name

    def files(self) -> tuple[bytes | None, ...]:
        paths = [self.place / name for name in "abc"]
        return tuple(path.read_bytes() if path.exists() else None for path in paths)

    def _put(self, contents: tuple[bytes | None, ...]) -> None:
        for name, data in zip("abc", contents, strict=True):
            if data is None:
                (self.place / name).unlink(missing_ok=True)
            else:
                (self.place / name).write_bytes(data)


def _told(world: _World) -> Story:
    """Each way of telling it, of which none may fail."""
    found = story(world.number, world.state)
    assert isinstance(found, Story)
    assert "\n" not in found.means and found.means.startswith(f"run {world.number} ")
    assert list(told(found, "now")) and json.loads(story_as_json(found))
    (run,) = journal.runs(world.state)
    assert json.loads(as_json([run]))["runs"][0]["state"] == run.state == _state(world)
    return found


def _state(world: _World) -> str:
    return journal.state_of(world.state / "tx" / world.name)


def _judge(world: _World) -> str:
    """What a run that something became of comes to, whatever it was: `refused` or `undone`."""
    run = world.state / "tx" / world.name
    found, state = _told(world), _state(world)
    if state in states.LOST:
        for asked in ("", world.number):
            none = undo.chosen(asked, world.state)
            assert isinstance(none, Missing) and f"`unshim forget {world.number}`" in none.reason
            assert isinstance(undoing(asked, world.state), Missing)
        assert undo.in_the_way(run) and found.ways
        with pytest.raises((OSError, ValueError)):
            journal.records(run)
            journal.plan_of(run)
        assert world.files() == world.left
        ended = forget_run(world.number, world.state, world.place / "lock")
        assert ended.ended is Ended.DONE and journal.folders(world.state) == []
        return "refused"
    assert state not in states.ENDED or world.left == OLD, "it says that nothing stands"
    if state in states.STANDING:
        shown = undoing(world.number, world.state)
        assert isinstance(shown, Undoing) and shown.refused == ""
        assert shown.diffs or world.left == OLD
        with journal.Journal(run) as lines:
            assert recover.undo(run, lines) == ends.UNDONE
        assert _state(world) == states.UNDONE
    assert world.files() == OLD, "it says that it is undone"
    return "undone"


@pytest.mark.parametrize(
    ("state", "every"),
    [
        ("verified", FEW),
        *((state, MANY) for state in OTHERS),
        *(pytest.param(state, 1, marks=pytest.mark.drill) for state in ("verified", *OTHERS)),
    ],
)
def test_every_damage_leads_to_a_clear_line_and_a_way_out(
    folder: Path, state: str, every: int
) -> None:
    world = _World(folder, state)
    ends: dict[str, list[str]] = {"refused": [], "undone": []}
    for name, damage in itertools.islice(world.kinds(), 0, None, every):
        damage(world.again())
        try:
            ends[_judge(world)].append(name)
        except Exception as error:
            raise AssertionError(f"{state}; {name}: {type(error).__name__}: {error}") from error
    assert sum(map(len, ends.values())) >= 400 // every
    assert len(ends["refused"]) > len(ends["undone"]) > 0
    sys.stdout.write(f"{state}: { ({end: len(names) for end, names in ends.items()}) }\n")
