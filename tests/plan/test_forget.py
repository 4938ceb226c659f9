"""A run set aside: the way out where it can be neither read nor undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.apply.acts.test_files import folder as folder
from tests.carried import apply
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED
from unshim.apply.lock import taken
from unshim.model.session import Applied, Ended
from unshim.model.steps import WriteFile
from unshim.plan import undo
from unshim.plan.forget import forget_run

PLAN: dict[str, Any] = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "steps": []}


def _run(folder: Path, *states: str) -> Path:
    run = journal.new_run(PLAN, folder / "state")
    with journal.Journal(run) as lines:
        for state in states:
            lines.add(state, step=0)
    return run


def _forget(run: Path) -> Applied:
    return forget_run(run.name[:6], run.parent.parent, run.parent.parent.parent / "lock")


@pytest.mark.parametrize(
    "states",
    [
        ("prepared", "intent"),
        ("prepared", "intent", "applied"),
        ("prepared", "applied", "verified"),
        ("prepared", "intent", "undoing", "broken"),
    ],
    ids=lambda states: states[-1],
)
def test_a_run_is_moved_aside_whole_and_stands_in_nobodys_way(
    folder: Path, states: tuple[str, ...]
) -> None:
    run = _run(folder, *states)
    before = {p.name: p.read_bytes() for p in run.iterdir()}
    ended = _forget(run)
    aside = folder / "state" / "forgotten" / run.name
    assert ended.ended is Ended.DONE
    assert ended.details[0] == f"Run 000001 is in {aside} now."
    assert ended.details[1].startswith("What it changed stays as it is")
    assert {p.name: p.read_bytes() for p in aside.iterdir()} == before
    assert journal.runs(folder / "state") == ()
    assert (folder / "state" / "forgotten").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("broken", ["journal", "plan.json"])
def test_a_run_that_cannot_be_read_is_out_of_the_way(folder: Path, broken: str) -> None:
    run = _run(folder, "prepared", "intent", "applied")
    (run / broken).write_bytes(b"\xff" * 100)
    assert "`unshim forget 000001`" in undo.in_the_way(run)
    assert _forget(run).ended is Ended.DONE
    assert journal.folders(folder / "state") == []


def test_what_was_kept_beside_its_files_goes_with_it(folder: Path) -> None:
    (folder / "a").write_bytes(b"old")
    step = encode(WriteFile(str(folder / "a"), b"old", b"new"))
    run = journal.new_run({**PLAN, "expected": None, "steps": [step]}, folder / "state")
    assert apply(run) == APPLIED
    assert [p.name for p in folder.glob(".unshim-*")] != []
    assert _forget(run).ended is Ended.DONE
    assert [p.name for p in folder.glob(".unshim-*")] == []
    assert (folder / "a").read_bytes() == b"new"


def test_its_number_is_not_given_again(folder: Path) -> None:
    run = _run(folder, "prepared", "undone")
    assert _forget(run).details == (f"Run 000001 is in {folder}/state/forgotten/{run.name} now.",)
    assert _run(folder).name.startswith("000002-")


def test_a_run_that_is_going_on_or_waits_stays(folder: Path) -> None:
    run = _run(folder, "prepared", "intent")
    with journal.Journal(run) as lines:
        says = _forget(run)
        assert says.ended is Ended.REFUSED
        assert says.details[0].startswith("run 000001 is being carried out; first: wait for")
        lines.add("waiting")
    says = _forget(run)
    assert says.ended is Ended.REFUSED
    assert says.details[0].startswith("run 000001 waits to be confirmed; first: `unshim confirm")
    assert journal.folders(folder / "state") == [run]


def test_nothing_is_moved_while_somebody_applies_or_where_the_folder_is_not_roots(
    folder: Path,
) -> None:
    run = _run(folder, "prepared", "intent")
    with taken(folder / "lock"):
        assert "applies or undoes since" in _forget(run).details[0]
    (folder / "state").chmod(0o777)
    says = _forget(run)
    assert says.ended is Ended.REFUSED
    assert "can be written to by others than root: " in says.details[0]
    assert says.details[0].endswith("give it back to root alone (chown, chmod go-w)")
    assert run.exists()


def test_a_run_that_is_not_there_is_said(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o700)
    says = forget_run("000007", folder / "state", folder / "lock")
    assert says == Applied(Ended.REFUSED, "", ("there is no run 000007; see `unshim journal`",))
