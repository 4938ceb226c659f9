"""Compare-and-swap: of a foreign writer's edits none is lost, whoever comes first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.apply.acts import moments, old_kernel, races
from tests.apply.acts.test_files import folder as folder
from tests.apply.acts.test_writes import KEPT, METADATA, STEPS, TURN, noted, step_of, tree
from unshim.apply.acts import renames, writes
from unshim.apply.failures import Stale

RACES, DRILL = 50, 25_000


@pytest.mark.parametrize("kind", races.EDITS)
def test_no_edit_is_lost(folder: Path, kind: str) -> None:
    ends = races.run(folder, kind, RACES, seed=1)
    assert sum(ends.values()) == RACES
    assert ends["in place, done"] and ends["in place, refused"], "it came before, and after"


@pytest.mark.parametrize("kind", races.EDITS)
def test_no_edit_is_lost_whatever_its_moment(folder: Path, kind: str) -> None:
    ends = moments.in_child(lambda: moments.one_edit(folder, kind))
    assert ends["in place"] > 50 and not ends["beside"]


def test_of_two_edits_the_newer_stands(folder: Path) -> None:
    ends = moments.in_child(lambda: moments.two_edits(folder, "by rename", 6))
    assert {end.partition(", ")[2] for end in ends} == {"in place"}
    assert ends["lost, in place"] > 100, "the second replaced it, as its writer meant to"
    assert ends["beside, in place"], "the second came while the first was out of its place"


def test_of_two_writers_in_place_neither_is_lost(folder: Path) -> None:
    ends = moments.in_child(lambda: moments.two_edits(folder, "appended", 6))
    assert ends["in place, in place"] > 100
    assert ends["beside, in place"] > 2, "the second wrote to ours, while that stood there"
    assert not [end for end in ends if "lost" in end]


def test_a_symlink_that_leads_elsewhere_meanwhile_is_left_alone(folder: Path) -> None:
    ends = moments.in_child(lambda: moments.retargets(folder))
    assert ends["refused"] > 10 and ends["done"]


@pytest.fixture
def memory(folder: Path) -> Iterator[Path]:
    """A folder in memory, where a race takes a third of the time; on disk where that has no
    xattrs."""
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else folder) as name:
        try:
            os.setxattr(name, "user.note", b"")
        except OSError:
            yield folder
        else:
            yield Path(name)


@pytest.mark.drill
@pytest.mark.parametrize("kind", races.EDITS)
def test_of_two_hundred_thousand_edits_none_is_lost(memory: Path, kind: str) -> None:
    assert sum(races.run(memory, kind, DRILL, seed=2).values()) == DRILL


def test_two_names_are_exchanged_and_a_name_is_not_taken(folder: Path) -> None:
    one, other = folder / "one", folder / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    assert renames.exchange(one, other)
    assert (one.read_bytes(), other.read_bytes()) == (b"2", b"1")
    with pytest.raises(FileExistsError):
        renames.move(one, other)
    assert (one.read_bytes(), other.read_bytes()) == (b"2", b"1")
    with pytest.raises(FileNotFoundError):
        renames.exchange(one, folder / "none")


without = pytest.mark.skipif(not old_kernel.KNOWN, reason="no number of renameat2 is known here")


@without
@pytest.mark.parametrize("name", STEPS)
def test_a_kernel_that_exchanges_no_names_does_it_too(folder: Path, name: str) -> None:
    step = step_of(folder, name)
    before = tree(folder)

    def act() -> None:
        assert not renames.exchange(folder, folder)
        former = noted(step)
        writes.write(step, former, TURN)
        path = Path(step.path)
        assert (path.read_bytes() if path.exists() else None) == step.after
        assert (folder / KEPT).exists() is (step.before is not None)
        writes.put_back(step, former, TURN)

    assert old_kernel.there(act)
    assert tree(folder) == before


@without
@pytest.mark.parametrize("name", STEPS)
def test_a_file_system_that_gives_no_leases_does_it_too(folder: Path, name: str) -> None:
    """A network one says the same of every file as others of one that is written to."""
    step = step_of(folder, name)
    before = tree(folder)

    def act() -> None:
        former = noted(step)
        writes.write(step, former, TURN)
        path = Path(step.path)
        assert (path.read_bytes() if path.exists() else None) == step.after
        writes.put_back(step, former, TURN)

    assert old_kernel.there(act, leases=False)
    assert tree(folder) == before


@without
@pytest.mark.parametrize("change", [*METADATA, "bytes", "second link"])
def test_and_leaves_alone_what_changed(folder: Path, change: str) -> None:
    step = step_of(folder, "write")
    former = noted(step)
    path = Path(step.path)
    if change in METADATA:
        METADATA[change](path)
    elif change == "bytes":
        path.write_bytes(b"somebody else's")
    else:
        (folder / "second").hardlink_to(path)
    before = tree(folder)

    def act() -> None:
        with pytest.raises(Stale, match="changed by somebody else"):
            writes.write(step, former, TURN)

    assert old_kernel.there(act)
    assert tree(folder) == before
