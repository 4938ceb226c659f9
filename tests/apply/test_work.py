"""Runs carried out and taken back whole: in order, from the journal alone, and after a cut."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.carried import apply, take_back
from tests.journals import cut_after
from unshim.apply import journal
from unshim.apply.choice import choose, chosen
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED, INCOMPLETE, REFUSED, UNDONE
from unshim.apply.journal import Journal, records
from unshim.model.session import Choice
from unshim.model.steps import Step, WriteFile

from .acts.test_files import folder as folder


def _run(folder: Path, *steps: Step, **more: Any) -> Path:
    plan = {"format": 1, "commands": {}, "steps": [encode(s) for s in steps], **more}
    return journal.new_run(plan, folder / "state")


def _states(run: Path) -> list[str]:
    return [str(r["state"]) for r in records(run)]


@pytest.fixture
def three(folder: Path) -> list[Step]:
    """A file to write, one to remove, one to make in a folder of its own."""
    (folder / "a").write_bytes(b"a")
    (folder / "b").write_bytes(b"b")
    (folder / "b").chmod(0o600)
    return [
        WriteFile(str(folder / "a"), b"a", b"A"),
        WriteFile(str(folder / "b"), b"b", None),
        WriteFile(str(folder / "new" / "c"), None, b"C"),
    ]


def _standing(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (p for p in folder.rglob("*") if p.is_file() and "state" not in p.parts)
    return {str(p): (p.stat().st_mode, p.read_bytes()) for p in files}


def test_a_run_is_carried_out_and_taken_back_by_its_journal_alone(
    folder: Path, three: list[Step]
) -> None:
    before = _standing(folder)
    run = _run(folder, *three)
    assert apply(run) == APPLIED
    assert _states(run) == ["prepared", *["intent", "done"] * 3, "applied"]
    names = {Path(p).name: data for p, (_, data) in _standing(folder).items()}
    kept = [f".unshim-{run.name}-{number}~" for number in (0, 1)]
    assert names == {"a": b"A", "c": b"C", kept[0]: b"a", kept[1]: b"b"}
    assert take_back(run) == UNDONE
    assert _standing(folder) == before
    assert not (folder / "new").exists()


def test_a_step_that_fails_takes_back_those_before_it(folder: Path, three: list[Step]) -> None:
    before = _standing(folder)
    run = _run(folder, *three)
    (folder / "new").write_bytes(b"a file, where a folder is to be")
    before = _standing(folder)
    assert apply(run) in (UNDONE, REFUSED)
    assert _standing(folder) == before


def test_what_is_not_as_the_plan_saw_it_is_refused_before_anything_is_done(
    folder: Path, three: list[Step]
) -> None:
    (folder / "b").write_bytes(b"somebody else's")
    before = _standing(folder)
    run = _run(folder, *three)
    assert apply(run) == REFUSED
    assert _standing(folder) == before
    (line,) = records(run)
    assert line["refused"] and "b is not as it was" in line["reason"]


def test_a_step_of_another_release_is_refused_before_anything_is_done(
    folder: Path, three: list[Step]
) -> None:
    before = _standing(folder)
    run = journal.new_run(
        {
            "format": 1,
            "commands": {},
            "steps": [*map(encode, three), {"kind": "fly-away"}],
        },
        folder / "state",
    )
    assert apply(run) == REFUSED
    assert "unknown kind of step: fly-away" in records(run)[0]["reason"]
    assert _standing(folder) == before


@pytest.mark.parametrize("cut", range(2, 8))
def test_a_run_that_was_cut_off_anywhere_is_taken_back(
    folder: Path, three: list[Step], cut: int
) -> None:
    """The journal ends after `cut` lines: before or after the act that the last one announces."""
    before = _standing(folder)
    run = _run(folder, *three)
    assert apply(run) == APPLIED
    whole = _states(run)
    done = whole[:cut].count("intent")
    # What the steps after the cut did is undone here: they were never begun.
    for number, step in enumerate(three[done:], done):
        assert isinstance(step, WriteFile)
        path = Path(step.path)
        path.with_name(f".unshim-{run.name}-{number}~").unlink(missing_ok=True)
        if step.before is None:
            path.unlink()
            path.parent.rmdir()
        else:
            path.write_bytes(step.before)
            path.chmod(0o600 if path.name == "b" else 0o644)
    cut_after(run, cut)
    assert take_back(run) == UNDONE
    assert _standing(folder) == before
    assert journal.state_of(run) == "undone"


def test_a_file_that_changed_since_stays_and_the_others_come_back(
    folder: Path, three: list[Step]
) -> None:
    run = _run(folder, *three)
    assert apply(run) == APPLIED
    (folder / "a").write_bytes(b"somebody else's")
    assert take_back(run) == INCOMPLETE
    assert (folder / "a").read_bytes() == b"somebody else's"
    assert (folder / "b").read_bytes() == b"b"
    (problem,) = records(run)[-1]["problems"]
    assert problem.endswith(f"with --force {folder / 'a'} puts back what stood there")


@pytest.mark.parametrize(("what", "stands"), [("keep", b"somebody else's"), ("force", b"a")])
def test_then_it_is_tried_again_as_a_person_chose(
    folder: Path, three: list[Step], what: str, stands: bytes
) -> None:
    before = _standing(folder)
    run = _run(folder, *three)
    assert apply(run) == APPLIED
    (folder / "a").write_bytes(b"somebody else's")
    assert take_back(run) == INCOMPLETE
    with Journal(run) as journal_of_it:
        choose(journal_of_it, Choice(**{what: (str(folder / "a"),)}), records(run))
    assert take_back(run) == UNDONE
    after = _standing(folder)
    assert after.pop(str(folder / "a"))[1] == stands
    assert after == {path: what for path, what in before.items() if not path.endswith("/a")}
    assert journal.state_of(run) == "undone"


def test_a_choice_holds_until_another_is_made(folder: Path, three: list[Step]) -> None:
    run, kept = _run(folder, *three), Choice(keep=("/etc/x",))
    with Journal(run) as lines:
        for choice in (kept, kept, Choice(), Choice()):
            choose(lines, choice, records(run))
            assert chosen(records(run)) == choice
    assert _states(run) == ["chosen", "chosen"]


@pytest.mark.parametrize("first", [True, False])
def test_a_step_that_is_refused_changed_nothing_and_is_not_undone(
    folder: Path, three: list[Step], first: bool
) -> None:
    """The first is written while the second is noted already: it changes what that one saw."""
    link = folder / "link"
    link.symlink_to("a")
    again = WriteFile(str(link), b"a", b"B")
    steps = [three[1], three[0], again] if not first else [again]
    run = _run(folder, *steps)
    before = _standing(folder)
    with (folder / "a").open("ab") if first else nullcontext():
        assert apply(run) == (REFUSED if first else UNDONE)
    assert _standing(folder) == before
    failed = next(r for r in records(run) if r["state"] == "failed")
    assert "changed by somebody else" in failed["reason"]
    if first:
        assert journal.state_of(run) == "refused"
    else:
        assert [r["step"] for r in records(run) if r["state"] == "undo-intent"] == [1, 0]


def test_a_run_that_never_began_has_nothing_to_take_back(folder: Path, three: list[Step]) -> None:
    run = _run(folder, *three)
    before = _standing(folder)
    assert take_back(run) == UNDONE
    assert _standing(folder) == before
